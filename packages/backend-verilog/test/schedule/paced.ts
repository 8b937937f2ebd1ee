import {
  createCompiler,
  createModule,
  evaluate,
  Graph,
  numbers,
  type StreamType,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { type BeatTimes, kernelOf, type Schedule } from "@gatefold/dialect-hw";
import { compileDesign, type Design } from "@gatefold/sim";
import type { Toolchain } from "@gatefold/toolchain";
import { expect } from "vitest";
import { packBeats, type StreamPort, verilog, verilogDesign } from "../../src/index.js";
import { drawFrames } from "../simulate.js";

/** A kernel alone: its streams, and how it is made of them and of constants. */
export interface LoneKernel {
  readonly title: string;
  readonly streams: readonly StreamType[];
  build(graph: Graph, streams: readonly Value[]): Value;
  /** The first frame in steady state; 0 where absent. */
  readonly settledFrom?: number;
}

/** One port in a simulation: beats in, in the cycles when they are due, or beats out as they come. */
interface Lane {
  readonly port: StreamPort;
  /** The beats' bits; of an output those that are expected. */
  readonly words: readonly bigint[];
  /** Cycle of each beat by the token schedule. */
  readonly due: readonly number[];
  readonly seen: number[];
  readonly got: bigint[];
}

const times = ({ count, at }: BeatTimes, frames: number, intervalCycles: number): number[] =>
  Array.from(
    { length: frames * count },
    (_, i) => Math.floor(i / count) * intervalCycles + Math.floor(at(i % count)),
  );

function wordsOf(frames: Tensor, type: StreamType, beats: number): bigint[] {
  const bytes = packBeats(frames, type);
  const size = bytes.length / beats;
  return Array.from({ length: beats }, (_, beat) =>
    bytes
      .subarray(beat * size, (beat + 1) * size)
      .reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
  );
}

/** What the evaluator makes of each frame, by output. */
function expectedOf(graph: Graph, drawn: readonly Tensor[], frames: number): Tensor[] {
  const results = Array.from({ length: frames }, (_, frame) =>
    evaluate(
      graph,
      drawn.map((x, i) => {
        const { shape } = graph.inputs[i]!.type;
        const size = x.data.length / frames;
        const values = numbers(x).slice(frame * size, (frame + 1) * size) as Float64Array;
        return tensorFrom(x.elem, shape, values);
      }),
    ),
  );
  return graph.outputs.map(({ type }, i) => {
    const values = results.flatMap((r) => [...numbers(r[i]!)]);
    return tensorFrom((type as StreamType).elem, [frames, values.length / frames], values);
  });
}

async function compileKernels(
  graph: Graph,
  toolchain: Toolchain,
): Promise<{
  readonly design: Design;
  readonly inputs: readonly StreamPort[];
  readonly outputs: readonly StreamPort[];
}> {
  const compiler = createCompiler({ plugins: [verilog({ testFrames: 0 })] });
  const compilation = compiler.start(createModule("net", graph));
  await compiler.emit(compilation);
  const { inputs, outputs, top } = compilation.facts.need(verilogDesign);
  const files = compilation.outputs.flatMap(({ path, content }) =>
    path.startsWith("rtl/") ? [[path.slice(4), content as string] as const] : [],
  );
  return {
    design: await compileDesign({ files: Object.fromEntries(files), top, toolchain }),
    inputs,
    outputs,
  };
}

/** Offers each input beat from the cycle when it is due, with sinks that are always ready. */
function simulate(design: Design, inputs: readonly Lane[], outputs: readonly Lane[]): void {
  const simulation = design.simulate();
  for (const { port } of outputs) simulation.poke(`${port.prefix}_tready`, 1);
  simulation.reset();
  const last = Math.max(...[...inputs, ...outputs].map(({ due }) => due.at(-1)!));
  // A few cycles more, for beats that come late.
  for (let cycle = 0; cycle <= last + 64; cycle++) {
    for (const { port, words, due, seen } of inputs) {
      const isDue = seen.length < words.length && due[seen.length]! <= cycle;
      simulation.poke(`${port.prefix}_tvalid`, isDue ? 1 : 0);
      if (isDue) simulation.poke(`${port.prefix}_tdata`, words[seen.length]!);
    }
    for (const { port, words, due, seen } of inputs) {
      const isDue = seen.length < words.length && due[seen.length]! <= cycle;
      if (isDue && simulation.peekNumber(`${port.prefix}_tready`) === 1) seen.push(cycle);
    }
    for (const { port, words, seen, got } of outputs) {
      if (seen.length === words.length || simulation.peekNumber(`${port.prefix}_tvalid`) === 0) continue;
      seen.push(cycle);
      got.push(simulation.peek(`${port.prefix}_tdata`));
    }
    simulation.step();
  }
}

/**
 * Simulates kernels side by side, each offered its input beats in the cycles of its token schedule, frame after frame
 * at its interval. Expects every beat of every port in the very cycle that the schedule says, and the values that the
 * evaluator gives.
 */
export async function expectSchedules(
  kernels: readonly LoneKernel[],
  frames: number,
  toolchain: Toolchain,
): Promise<void> {
  const graph = new Graph("main");
  const built = kernels.map(({ streams, build }) => {
    const operands = streams.map((type) => graph.addInput(type));
    return { operands, result: build(graph, operands) };
  });
  graph.setOutputs(built.map((b) => b.result));
  const { design, inputs, outputs } = await compileKernels(graph, toolchain);
  const drawn = inputs.map((port, i) => drawFrames(port, frames, i + 1));
  const expected = expectedOf(graph, drawn, frames);
  const lane = (port: StreamPort, beats: BeatTimes, { intervalCycles }: Schedule, data: Tensor): Lane => ({
    port,
    words: wordsOf(data, port.type, frames * port.beatsPerFrame),
    due: times(beats, frames, intervalCycles),
    seen: [],
    got: [],
  });
  let input = 0;
  const runs = built.map(({ operands, result }, n) => {
    const schedule = kernelOf(result.op!).schedule(result.op!);
    const ins = operands.map((_, i) =>
      lane(inputs[input + i]!, schedule.inputs[i]!, schedule, drawn[input + i]!),
    );
    input += operands.length;
    return { ins, out: lane(outputs[n]!, schedule.outputs[0]!, schedule, expected[n]!) };
  });
  simulate(
    design,
    runs.flatMap((r) => r.ins),
    runs.map((r) => r.out),
  );
  runs.forEach(({ ins, out }, n) => {
    const { title, settledFrom = 0 } = kernels[n]!;
    expect(out.got, `${title}: values`).toEqual(out.words);
    const settled = ({ seen, due, port }: Lane): readonly [readonly number[], readonly number[]] => [
      seen.slice(settledFrom * port.beatsPerFrame),
      due.slice(settledFrom * port.beatsPerFrame),
    ];
    ins.forEach((l, i) => {
      const [seen, due] = settled(l);
      expect(seen, `${title}: input ${i}`).toEqual(due);
    });
    const [seen, due] = settled(out);
    expect(seen, `${title}: output`).toEqual(due);
  });
}
