import { beatCount, type Op, type StreamType } from "@gatefold/core";
import { evenly, type FoldAxis, type Schedule } from "./kernel.js";
import { channelsOf } from "./streams.js";

/** SIMD and PE of a kernel that takes a whole pixel a cycle: all channels that come, and all that leave. */
export function wholePixelAxes(op: Op): readonly FoldAxis[] {
  const [inputs, outputs] = [channelsOf(op.operand(0).type), channelsOf(op.result().type)];
  const { simd, pe } = op.attrs as { simd: number; pe: number };
  return [
    {
      name: "SIMD",
      attr: "simd",
      extent: inputs,
      legal: [inputs],
      value: simd,
      operands: [0],
      results: [],
    },
    {
      name: "PE",
      attr: "pe",
      extent: outputs,
      legal: [outputs],
      value: pe,
      operands: [],
      results: [0],
    },
  ];
}

/** A pixel a cycle, `delayCycles` later. */
export function wholePixelSchedule(op: Op, delayCycles: number): Schedule {
  const beats = beatCount(op.operand(0).type as StreamType);
  return {
    intervalCycles: beats,
    latencyCycles: beats - 1 + delayCycles,
    registerBeats: 2,
    inputs: [evenly(beats, 0, 1)],
    outputs: [evenly(beatCount(op.result().type as StreamType), delayCycles, 1)],
  };
}
