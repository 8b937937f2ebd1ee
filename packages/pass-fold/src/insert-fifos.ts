import { definePass, type Pass, type Value } from "@gatefold/core";
import { Fifo, Kernel } from "@gatefold/dialect-hw";
import { deadlock, stalls } from "./diagnostics.js";
import { simulateTokens } from "./token-sim.js";

/** Frames of a token run: enough for every kernel of a network to reach its steady state, and to see it hold. */
const settledFrames = 3;
/** Beats that a kernel's output register holds without a FIFO. */
const ownBeats = 1;
/** What a FIFO needs beyond the beats it holds at most: its own latency. */
const fifoSlack = 2;

/**
 * FIFOs as deep as the kernels' token schedules ask for.
 *
 * A token run in which every kernel is slowed down, evenly, to the interval of the slowest, and streams have all
 * the room they want, gives the most beats that each stream ever holds. With that much room the same schedule is
 * possible, so kernels that run as soon as they can keep the interval too; a second run, with the depths as they are
 * and nothing paced, proves it and finds deadlocks. No circuit is simulated for it.
 */
export const insertFifos: Pass = definePass({
  name: "insert-fifos",
  summary: "FIFOs as deep as the kernels' token schedules ask for.",
  phase: "schedule",
  semantics: "bit-exact",
  run(module, ctx) {
    const graph = module.main;
    const kernels = [...graph.ops()].filter((op) => ctx.interfaces.get(op.def, Kernel));
    const intervalCycles = Math.max(
      1,
      ...kernels.map((op) => ctx.interfaces.get(op.def, Kernel)!.schedule(op).intervalCycles),
    );
    const paced = simulateTokens(graph, ctx.interfaces, {
      frames: settledFrames,
      paceCycles: intervalCycles,
    });
    for (const [value, beats] of paced.occupancy) {
      if (beats <= ownBeats) continue;
      const reader = value.uses[0]!.op;
      const fifo = Fifo.build(
        graph,
        [value],
        { depth: Math.max(2, beats + fifoSlack) },
        { loc: reader.loc, before: reader },
      );
      for (const use of [...value.uses]) if (use.op !== fifo.op) graph.setOperand(use.op, use.index, fifo);
    }
    const run = simulateTokens(graph, ctx.interfaces, {
      frames: settledFrames + 2,
      capacityOf: (value) => capacity(value),
    });
    if (run.stuck.length > 0) ctx.diagnostics.report(deadlock(run.stuck));
    // The last frames leave while the network drains: the ones before tell its pace.
    const [first, later] = [run.frameCycles[0], run.frameCycles[2]];
    const measured = first === undefined || later === undefined ? 0 : Math.floor((later - first) / 2);
    if (measured > intervalCycles) ctx.diagnostics.report(stalls(measured, intervalCycles));
  },
});

/** Beats that a stream holds: what its FIFO has room for, or its producer's register. */
function capacity(value: Value): number {
  return Fifo.match(value)?.attrs.depth ?? ownBeats + 1;
}
