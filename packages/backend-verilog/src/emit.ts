import {
  Constant,
  type EmitContext,
  type Graph,
  type InterfaceTable,
  Return,
  throwIfErrors,
} from "@gatefold/core";
import { Kernel, namedKernels } from "@gatefold/dialect-hw";
import { DesignBuilder, verilogDesign } from "./design.js";
import { constantWeights, notHardware, noVerilog, noWritableWeights } from "./diagnostics.js";
import { RtlLibrary } from "./library.js";
import type { VerilogOptions } from "./options.js";
import { printModule } from "./print.js";
import { testBench } from "./test-bench.js";
import { makeVectors } from "./vectors.js";
import { VerilogKernel } from "./verilog-kernel.js";

/** Every op must be a kernel with a Verilog form; all that are not are reported together. */
function check(graph: Graph, interfaces: InterfaceTable): void {
  const ops = [...graph.ops()].filter((op) => !Constant.is(op) && !Return.is(op));
  throwIfErrors(
    ops.flatMap((op) => {
      if (!interfaces.get(op.def, Kernel)) return [notHardware(op)];
      return interfaces.get(op.def, VerilogKernel) ? [] : [noVerilog(op)];
    }),
  );
}

/** A Verilog identifier from a network's name. */
export function topName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^_+|_+$/g, "");
  return plain === "" ? "network" : /^[0-9]/.test(plain) || plain.startsWith("gf_") ? `net_${plain}` : plain;
}

/** Adds the Verilog of a folded graph to the output: `rtl/` with sources and memories, `tb/` with bench and vectors. */
export function emitVerilog(ctx: EmitContext, options: VerilogOptions, interfaces: InterfaceTable): void {
  const graph = ctx.module.main;
  check(graph, interfaces);
  const top = options.top ?? topName(ctx.module.name);
  const names = new Map(namedKernels(graph, interfaces).map(({ op, name }) => [op, name]));
  const design = new DesignBuilder(
    {
      top,
      memories: options.memories ?? "files",
      ramStyle: options.ramStyle ?? "auto",
      multipliers: options.multipliers ?? "auto",
      luts: options.luts ?? "expressions",
      weights: options.weights ?? "constant",
      nameOf: (op) => names.get(op)!,
    },
    interfaces,
  ).build(graph);
  if (options.weights === "writable") {
    if (!design.weights) throwIfErrors([noWritableWeights(top)]);
    for (const { op, name, why } of design.constantWeights)
      ctx.diagnostics.report(constantWeights(op, name, why));
  }
  const sources: string[] = [];
  const add = (name: string, text: string): void => {
    ctx.files.add(`rtl/${name}.v`, text, "rtl");
    sources.push(`rtl/${name}.v`);
  };
  for (const { name, source } of new RtlLibrary().closure(design.usedModules, design.ownSources.values()))
    add(name, source);
  for (const [name, source] of design.ownSources) add(name, source);
  for (const module of design.modules) add(module.name, printModule(module));
  const memories = [...design.memoryFiles.keys()].map((name) => `rtl/${name}`);
  for (const [name, text] of design.memoryFiles) ctx.files.add(`rtl/${name}`, text, "data");
  const latencies = design.instances.map(
    ({ op }) => interfaces.get(op.def, Kernel)!.schedule(op).latencyCycles,
  );
  const patienceCycles = 1000 + latencies.reduce((sum, cycles) => sum + cycles, 0);
  ctx.facts.set(verilogDesign, {
    top,
    clock: "aclk",
    resetN: "aresetn",
    inputs: design.inputs,
    outputs: design.outputs,
    instances: design.instances,
    streams: design.streams,
    patienceCycles,
    sources,
    memories,
    ...(design.weights && { weights: design.weights }),
  });
  const frames = options.testFrames ?? 8;
  if (frames === 0) return;
  const vectors = makeVectors(graph, design.inputs, design.outputs, { frames, seed: options.seed ?? 1 });
  for (const [name, text] of vectors.files) ctx.files.add(`tb/${name}`, text, "data");
  const bench = {
    top,
    inputs: design.inputs,
    outputs: design.outputs,
    frames,
    patienceCycles,
    weights: design.weights,
  };
  ctx.files.add(`tb/tb_${top}.v`, testBench(bench), "testbench");
}
