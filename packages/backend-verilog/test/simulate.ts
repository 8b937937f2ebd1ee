import {
  type Compilation,
  createCompiler,
  createModule,
  definePass,
  definePlugin,
  evaluate,
  type Graph,
  numbers,
  type Op,
  type Plugin,
  randomInteger,
  seededRandom,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { Fifo } from "@gatefold/dialect-hw";
import { type FoldingFile, fold, foldSummary, type RequantizeMode } from "@gatefold/pass-fold";
import { compileDesign, type Design, runStreams, type Simulation } from "@gatefold/sim";
import type { Toolchain } from "@gatefold/toolchain";
import {
  packBeats,
  type StreamPort,
  unpackBeats,
  type VerilogDesign,
  verilog,
  verilogDesign,
} from "../src/index.js";

/** An integer graph as simulated Verilog. */
export interface Built {
  readonly compilation: Compilation;
  readonly verilog: VerilogDesign;
  readonly files: Readonly<Record<string, string>>;
  readonly intervalCycles: number;
  readonly latencyCycles: number;
}

export async function buildVerilog(
  graph: Graph,
  options: {
    readonly folding?: FoldingFile;
    readonly targetCycles?: number;
    readonly memories?: "files" | "inline";
    readonly weights?: "constant" | "writable";
    readonly multipliers?: "auto" | "logic";
    readonly fifoDepths?: "free" | "least";
    readonly requantize?: RequantizeMode;
    readonly plugins?: readonly Plugin[];
  } = {},
): Promise<Built> {
  const { folding, targetCycles, memories, weights, multipliers, fifoDepths, requantize } = options;
  const compiler = createCompiler({
    plugins: [
      fold({ clockMhz: 100, folding, targetCycles, fifoDepths, requantize }),
      verilog({ testFrames: 3, memories, weights, multipliers }),
      ...(options.plugins ?? []),
    ],
  });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.run(compilation);
  await compiler.emit(compilation);
  const files = Object.fromEntries(
    compilation.outputs.map(({ path, content }) => [path, content as string] as const),
  );
  const { intervalCycles, kernels } = compilation.facts.need(foldSummary);
  const latencyCycles = kernels.reduce((sum, k) => sum + k.latencyCycles, 0);
  return {
    compilation,
    verilog: compilation.facts.need(verilogDesign),
    files,
    intervalCycles,
    latencyCycles,
  };
}

export async function compileBuilt(built: Built, toolchain: Toolchain): Promise<Design> {
  const files = Object.entries(built.files).flatMap(([path, text]) =>
    path.startsWith("rtl/") ? [[path.slice(4), text] as const] : [],
  );
  return compileDesign({ files: Object.fromEntries(files), top: built.verilog.top, toolchain });
}

/** Codes for one port, its ends often. */
export function drawFrames(port: StreamPort, count: number, seed: number): Tensor {
  const random = seededRandom(seed);
  const { elem, shape } = port.type;
  const size = shape.reduce((a, b) => a * b, 1);
  const { lo, hi } = bounds(elem);
  const values = Array.from({ length: count * size }, () => {
    if (elem === "bipolar") return random() < 0.5 ? -1 : 1;
    const r = random();
    return r < 0.2 ? lo : r < 0.4 ? hi : randomInteger(random, lo, hi);
  });
  return tensorFrom(elem, [count, size], values);
}

function bounds(elem: Tensor["elem"]): { readonly lo: number; readonly hi: number } {
  const bits = Number(elem.slice(1));
  return elem.startsWith("i")
    ? { lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 }
    : { lo: 0, hi: 2 ** bits - 1 };
}

export interface Run {
  readonly got: number[];
  readonly expected: number[];
  /** Cycle of the last output beat of each frame. */
  readonly frameCycles: number[];
}

/** Streams frames through the simulated Verilog and through the graph's evaluator. */
export function runFrames(
  built: Built,
  design: Design,
  frames: number,
  stalls?: { readonly input?: number; readonly output?: number; readonly seed?: number },
  prepare?: (simulation: Simulation) => void,
): Run {
  const [input] = built.verilog.inputs as readonly [StreamPort];
  const [output] = built.verilog.outputs as readonly [StreamPort];
  const x = drawFrames(input, frames, 7);
  const result = runStreams(design, {
    input: { prefix: input.prefix, beats: packBeats(x, input.type) },
    output: { prefix: output.prefix, expectedBeats: frames * output.beatsPerFrame },
    ...(stalls ? { stalls } : {}),
    ...(prepare ? { prepare } : {}),
  });
  const [{ beats, cycles }] = result.outputs as unknown as readonly [
    { beats: Uint8Array; cycles: Float64Array },
  ];
  const size = x.data.length / frames;
  const expected = Array.from({ length: frames }, (_, i) => {
    const frame = tensorFrom(
      x.elem,
      input.type.shape,
      numbers(x).slice(i * size, (i + 1) * size) as Float64Array,
    );
    return [...numbers(evaluate(built.compilation.module.main, [frame])[0]!)];
  });
  return {
    got: [...numbers(unpackBeats(beats, output.type))],
    expected: expected.flat(),
    frameCycles: Array.from({ length: frames }, (_, i) => cycles[(i + 1) * output.beatsPerFrame - 1]!),
  };
}

/** Cycles between frames over the second half of a run. */
export function steadyInterval({ frameCycles }: Run): number {
  const from = Math.floor(frameCycles.length / 2);
  return (frameCycles.at(-1)! - frameCycles[from]!) / (frameCycles.length - 1 - from);
}

export const fifosOf = (graph: Graph): Op[] => [...graph.ops()].filter((op) => Fifo.is(op));

/** FIFO `index` at another depth than the folding gave it; at 0 it is left out. */
export function fifoAt(index: number, depth: number): Plugin {
  return definePlugin({
    name: "cut",
    after: ["fold"],
    passes: [
      definePass({
        name: "cut-fifo",
        summary: "Makes one FIFO shallower.",
        phase: "schedule",
        semantics: "bit-exact",
        run({ main }) {
          const fifo = fifosOf(main)[index]!;
          const by =
            depth === 0
              ? fifo.operand(0)
              : Fifo.build(main, [fifo.operand(0)], { depth }, { loc: fifo.loc, before: fifo });
          main.replaceOp(fifo, [by]);
        },
      }),
    ],
  });
}
