import { beatBytes, type StreamNet, unpackBeats } from "@gatefold/backend-verilog";
import { beatCount, elementCount, evaluate, type StreamType, type Tensor, type Value } from "@gatefold/core";
import type { KernelGraph } from "../api/open-build.js";
import { Comparison, type Place } from "./divergence.js";

/** A stream of a circuit, as its kernel gives it. */
export interface CircuitStream extends StreamNet {
  readonly value: Value;
}

/** What one execution of a circuit was seen to do. All bytes are as `packBeats` makes them, frame after frame. */
export interface CircuitRun {
  /** Beats by net; fewer than asked for where the run ended before. */
  readonly streams: ReadonlyMap<string, Uint8Array>;
  /** Beats of each output. */
  readonly outputs: readonly Uint8Array[];
  /** Why the run ended before all outputs were complete. */
  readonly stopped: string | undefined;
}

/** A circuit in one of its forms, and how to run it. */
export interface CircuitExecution {
  /** `simulated Verilog`. */
  readonly by: string;
  readonly run: (
    frames: readonly (readonly Tensor[])[],
    streams: readonly CircuitStream[],
  ) => Promise<CircuitRun>;
}

/** Streams with the values that they carry; `undefined` when the graph has no kernel of such a name. */
export function circuitStreams(
  { named }: KernelGraph,
  nets: readonly StreamNet[],
): readonly CircuitStream[] | undefined {
  const ops = new Map(named.map(({ name, op }) => [name, op]));
  const streams = nets.flatMap((stream) => {
    const value = ops.get(stream.kernel)?.results[stream.result];
    return value ? [{ ...stream, value }] : [];
  });
  return streams.length === nets.length ? streams : undefined;
}

function placeOf(value: Value, tensor: string, kernel: string): Place {
  const node = value.op?.loc.node;
  return {
    tensor,
    node,
    kernel,
    nodes: node === undefined ? [] : [node],
    shape: value.type.shape,
    channelAxis: value.type.shape.length - 1,
    exact: true,
  };
}

/** Elements of the beats that there are, of at most `frames` frames. */
function elementsOf(bytes: Uint8Array, type: StreamType, frames: number): Tensor["data"] {
  const size = beatBytes(type);
  const whole = new Uint8Array(frames * beatCount(type) * size);
  whole.set(bytes.subarray(0, whole.length));
  const beats = Math.min(bytes.length, whole.length) / size;
  return unpackBeats(whole, type).data.slice(0, beats * type.lanes);
}

/**
 * Runs a circuit and the graph that it was built from on the same frames, and compares every stream between kernels and
 * every output. One frame more goes in at the end, so that what kernels need no more of a frame has moved on, too.
 */
export async function compareCircuit(
  { graph }: KernelGraph,
  streams: readonly CircuitStream[],
  frames: readonly (readonly Tensor[])[],
  samplesPerFrame: number,
  execution: CircuitExecution,
): Promise<{ readonly comparison: Comparison; readonly outputsEqual: boolean; readonly stopped?: string }> {
  const places = [
    ...streams.map(({ value, net, kernel }) => placeOf(value, net, kernel)),
    ...graph.outputs.map((value, i) => placeOf(value, value.name ?? `output ${i}`, "output")),
  ];
  const comparison = new Comparison(places, samplesPerFrame);
  const run = await execution.run([...frames, ...frames.slice(-1)], streams);
  const values = [...streams.map(({ value }) => value), ...graph.outputs];
  const bytes = [...streams.map(({ net }) => run.streams.get(net) ?? new Uint8Array()), ...run.outputs];
  const found = values.map((value, i) => elementsOf(bytes[i]!, value.type as StreamType, frames.length));
  const placesOf = new Map<Value, number[]>();
  values.forEach((value, place) => {
    placesOf.set(value, [...(placesOf.get(value) ?? []), place]);
  });
  frames.forEach((frame, at) => {
    const compare = (value: Value, { data }: Tensor): void => {
      const size = elementCount(value.type);
      for (const place of placesOf.get(value) ?? [])
        comparison.add(place, at, data, found[place]!.subarray(at * size, (at + 1) * size));
    };
    evaluate(graph, frame, { onValue: compare });
  });
  const outputs = places.map((_, place) => place).slice(streams.length);
  const outputsEqual = run.stopped === undefined && !outputs.some((place) => comparison.differs(place));
  return { comparison, outputsEqual, ...(run.stopped === undefined ? {} : { stopped: run.stopped }) };
}
