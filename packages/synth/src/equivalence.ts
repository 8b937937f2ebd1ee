import { createToolchain, type FileTree, type Toolchain } from "@gatefold/toolchain";

/** A circuit: Verilog sources (`.v`) and the files that they read, and its top module. */
export interface CircuitSource {
  readonly files: FileTree;
  readonly top: string;
}

export interface EquivalenceOptions {
  /** What is meant. */
  readonly gold: CircuitSource;
  /** What shall be equal to it, with ports of the same names and widths. */
  readonly gate: CircuitSource;
  /**
   * Clocks from inputs to outputs, the same in both; 0 unless told otherwise. Both must be without feedback: outputs are compared that
   * many clocks after an arbitrary state.
   */
  readonly latencyCycles?: number;
  /** After which the answer is `undecided`. Default 120. Without worker threads a run ends when it ends. */
  readonly timeLimitSeconds?: number;
  /** Default: one of its own, closed afterwards. A run in this one goes on after the time limit. */
  readonly toolchain?: Toolchain;
}

export interface EquivalenceResult {
  /** For all inputs equal; not equal, by an example; not known after the time limit. */
  readonly outcome: "proved" | "refuted" | "undecided";
  /** Of a refutation: ports' values in bits, the most significant first. Outputs have `gold_` or `gate_` before their name. */
  readonly example: Readonly<Record<string, string>>;
  readonly wallSeconds: number;
  readonly log: string;
}

/**
 * Asks the embedded Yosys' SAT solver whether two modules compute the same. Neither may have unknown (x) values.
 *
 * Rejects with `ToolError` when Yosys refuses the sources or the ports differ.
 */
export async function proveEqual(options: EquivalenceOptions): Promise<EquivalenceResult> {
  const start = performance.now();
  const toolchain = options.toolchain ?? createToolchain();
  const ended = (log: string | undefined): EquivalenceResult => ({
    ...read(log ?? ""),
    wallSeconds: (performance.now() - start) / 1000,
    log: log ?? "",
  });
  try {
    return ended(await withinLimit(toolchain, options));
  } finally {
    if (options.toolchain === undefined) await toolchain.close();
  }
}

/** The log, or undefined after the time limit; closing the toolchain ends its worker. */
async function withinLimit(toolchain: Toolchain, options: EquivalenceOptions): Promise<string | undefined> {
  const { gold, gate, latencyCycles = 0, timeLimitSeconds = 120 } = options;
  const clock = latencyCycles === 0 ? "" : ` -seq ${latencyCycles + 1} -prove-skip ${latencyCycles}`;
  const script = [
    ...reading(gold, "gold"),
    ...reading(gate, "gate"),
    "design -copy-from gold -as gold gold",
    "design -copy-from gate -as gate gate",
    "miter -equiv -make_assert -make_outputs -flatten gold gate miter",
    `sat -prove-asserts -show-ports${clock} miter`,
  ].join("\n");
  const run = toolchain.yosys({
    script,
    files: { ...under("gold", gold.files), ...under("gate", gate.files) },
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeLimitSeconds * 1000, undefined);
  });
  try {
    const first = await Promise.race([run, limit]);
    if (first === undefined) run.catch(() => undefined);
    return first?.log;
  } finally {
    clearTimeout(timer);
  }
}

const under = (folder: string, files: FileTree): FileTree =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

/** Reads a circuit as a simulator does, and puts it by as the flat module and design `name`. */
function reading({ files, top }: CircuitSource, name: string): string[] {
  const sources = Object.keys(files).filter((path) => path.endsWith(".v"));
  return [
    ...sources.map((path) => `read_verilog -nosynthesis -defer "${name}/${path}"`),
    `hierarchy -check -top ${top}`,
    "proc",
    "flatten",
    "opt -fast",
    "memory",
    "opt -fast",
    `rename -top ${name}`,
    `design -stash ${name}`,
  ];
}

function read(log: string): Pick<EquivalenceResult, "outcome" | "example"> {
  if (/SAT proof finished - no model found: SUCCESS!/.test(log)) return { outcome: "proved", example: {} };
  if (!/SAT proof finished - model found: FAIL!/.test(log)) return { outcome: "undecided", example: {} };
  const example: Record<string, string> = {};
  // [Time] Signal Dec Hex Bin: inputs of the first clock, outputs of the last
  for (const [, name, bits] of log.matchAll(/^ +(?:\d+ +)?\\(\S+) +\S+ +\S+ +([01]+) *$/gm)) {
    const input = /^in_(.*)$/.exec(name!)?.[1];
    if (input === undefined && name !== "trigger") example[name!] = bits!;
    if (input !== undefined && !(input in example)) example[input] = bits!;
  }
  return { outcome: "refuted", example };
}
