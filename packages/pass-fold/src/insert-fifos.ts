import { definePass, type InterfaceTable, type Op, type Pass, type Value } from "@gatefold/core";
import { type BeatTimes, Fifo, Kernel } from "@gatefold/dialect-hw";

/**
 * The largest number of beats that a port takes one a cycle before it pauses: what must lie ready so that a producer
 * which spreads its beats evenly never makes it wait.
 */
export function burstBeats(times: BeatTimes): number {
  let [longest, current] = [1, 1];
  for (let k = 1; k < times.count; k++) {
    current = times.at(k) === times.at(k - 1) + 1 ? current + 1 : 1;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** Depth before operand `index` of a kernel; 0 when it takes its beats as evenly as they come. */
function depthBefore(op: Op, index: number, interfaces: InterfaceTable): number {
  const schedule = interfaces.get(op.def, Kernel)?.schedule(op);
  const times = schedule?.inputs[index];
  if (!schedule || !times) return 0;
  const pauses = times.at(times.count - 1) + 1 < schedule.intervalCycles;
  return pauses && times.count > 1 ? Math.max(2, burstBeats(times)) : 0;
}

/** Whether a stream is a graph input under another shape. */
function fromInput(value: Value, interfaces: InterfaceTable): boolean {
  if (!value.op) return true;
  return interfaces.get(value.op.def, Kernel)?.view === true && fromInput(value.op.operand(0), interfaces);
}

/**
 * Puts a FIFO before every port that takes its beats in bursts: a matrix unit reads a vector in MW/SIMD cycles and
 * then computes on it for the rest of its interval. One burst of room lets the producer go on meanwhile, so the
 * steady-state interval is that of the slowest kernel. The graph's own inputs get none: their source waits.
 */
export const insertFifos: Pass = definePass({
  name: "insert-fifos",
  summary: "FIFOs before kernels that take their input in bursts.",
  phase: "schedule",
  semantics: "bit-exact",
  run(module, ctx) {
    const graph = module.main;
    for (const op of graph.ops()) {
      op.operands.forEach((value, index) => {
        if (value.type.kind !== "stream" || Fifo.is(value.op) || fromInput(value, ctx.interfaces)) return;
        const depth = depthBefore(op, index, ctx.interfaces);
        if (depth === 0) return;
        graph.setOperand(op, index, Fifo.build(graph, [value], { depth }, { loc: op.loc, before: op }));
      });
    }
  },
});
