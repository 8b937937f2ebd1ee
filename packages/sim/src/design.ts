import { createToolchain, type FileTree, type Toolchain, yosysNetlist } from "@gatefold/toolchain";
import { compileModel } from "./compile/compile.js";
import { SimError } from "./errors.js";
import { buildCircuit, type Circuit, type Port } from "./netlist/build.js";
import type { JsonModule } from "./netlist/yosys-json.js";
import { createSimulation, type Simulation } from "./run/simulation.js";
import { compileModule, type WasmModule } from "./wasm/host.js";

export interface CompileOptions {
  /** Verilog sources (`.v`) by path, and the files that they include or that `$readmemh` / `$readmemb` read. */
  readonly files: FileTree;
  readonly top: string;
  /** Where Yosys runs. Default: a toolchain of its own, closed afterwards. */
  readonly toolchain?: Toolchain;
  /** Parameters of the top module. */
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** Makes one synchronous port of a memory read and the register behind it, as synthesis does. Default: false; the result is the same. */
  readonly mergeReadRegisters?: boolean;
  /** Inner nets (`net`, `instance.net`) that are read in every cycle: they become outputs, so that {@link runStreams} can watch them at full speed. */
  readonly expose?: readonly string[];
}

/** A compiled circuit. It holds no state: each simulation has its own. */
export interface Design {
  readonly top: string;
  readonly ports: readonly Port[];
  /** The input that all registers are clocked by; undefined for a design without registers. */
  readonly clock: string | undefined;
  /** Cells by their Yosys type. */
  readonly cellCounts: Readonly<Record<string, number>>;
  /** Names of all nets that can be read; inner ones are `instance.net`. */
  readonly netNames: readonly string[];
  /** What was found and is not an error: nets without a driver, statements that are not simulated. */
  readonly warnings: readonly string[];
  simulate(): Simulation;
}

/** What a simulation needs of a design; compiled modules are made once. */
export interface Program {
  readonly top: string;
  readonly circuit: Circuit;
  readonly fast: WasmModule;
  /** Compiled at the first look at an inner net. */
  full(): WasmModule;
}

/**
 * Reads Verilog-2005 with Yosys and compiles it. Unknown (x) values are 0. Logic that no output and no kept net needs is not there.
 *
 * Throws `ToolError` when Yosys rejects the sources, `SimError` when the netlist cannot be simulated: more than one clock or edge,
 * latches, combinational loops, inout ports, cells that Yosys does not derive from synthesizable Verilog.
 */
export async function compileDesign(options: CompileOptions): Promise<Design> {
  const toolchain = options.toolchain ?? createToolchain();
  try {
    const script = yosysScript(options);
    const { json } = await yosysNetlist(toolchain, {
      script,
      files: options.files,
      writeOptions: "-noscopeinfo",
    });
    const module = JSON.parse(json).modules[options.top] as JsonModule;
    return designOf(exposed(module, options.top, options.expose ?? []), options.top);
  } finally {
    if (options.toolchain === undefined) await toolchain.close();
  }
}

function yosysScript(options: CompileOptions): string {
  const sources = Object.keys(options.files).filter((path) => path.endsWith(".v"));
  const parameters = Object.entries(options.parameters ?? {}).map(
    ([name, value]) => `-chparam ${name} ${typeof value === "string" ? `"${value}"` : value}`,
  );
  return [
    // without the macro SYNTHESIS, which Yosys else defines
    ...sources.map((path) => `read_verilog -nosynthesis -defer "${path}"`),
    `hierarchy -check -top ${options.top} ${parameters.join(" ")}`,
    "proc",
    "flatten",
    // a net that nothing needs would be gone before it can be looked at
    ...(options.expose ?? []).map((net) => `setattr -set keep 1 w:${net}`),
    // x stays x (and becomes 0 here): no optimisation may choose for it
    "opt_expr -keepdc",
    "opt_merge",
    "opt_clean",
    options.mergeReadRegisters === true ? "opt_dff; opt_clean; memory -nomap" : "memory_collect",
    "opt_clean",
    `rename -top ${options.top}`,
  ].join("\n");
}

/** The module with inner nets as outputs beside its own. Throws {@link SimError} for a net that is not there. */
function exposed(module: JsonModule, top: string, nets: readonly string[]): JsonModule {
  const ports = { ...module.ports };
  for (const name of nets) {
    const net = module.netnames[name];
    if (net === undefined) throw new SimError("no-such-name", `${top} has no net ${name} to expose`);
    ports[name] ??= { direction: "output", bits: net.bits };
  }
  return { ...module, ports };
}

/** Compiles a flat netlist that Yosys has written. */
export function designOf(module: JsonModule, top: string): Design {
  const circuit = buildCircuit(module);
  const fast = compileModule(compileModel(circuit.model, "fast"));
  let full: WasmModule | undefined;
  const program: Program = {
    top,
    circuit,
    fast,
    full: () => {
      full ??= compileModule(compileModel(circuit.model, "full"));
      return full;
    },
  };
  return {
    top,
    ports: circuit.ports,
    clock: circuit.clockName,
    cellCounts: circuit.cellCounts,
    netNames: [...circuit.nets.keys()],
    warnings: circuit.model.warnings,
    simulate: () => createSimulation(program),
  };
}
