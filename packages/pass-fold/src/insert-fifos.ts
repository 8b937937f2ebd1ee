import {
  beatBits,
  beatCount,
  defineFact,
  definePass,
  type Fact,
  type Graph,
  type InterfaceTable,
  type Location,
  type Pass,
  type StreamType,
  type Value,
} from "@gatefold/core";
import { Fifo, Kernel } from "@gatefold/dialect-hw";
import { deadlock, stalls } from "./diagnostics.js";
import { branchStreams, freeDepth, leastDepth } from "./fifo-depths.js";
import { type FifoSummary, fifoSummary } from "./fifo-summary.js";
import { latencyAsBuilt } from "./latency.js";
import type { FoldOptions } from "./options.js";
import { pacedDepths } from "./paced-depths.js";
import { simulateTokens, type TokenRun } from "./token-sim.js";

/** Cycles from the first input beat to the last output beat of the first frame, both counted, with nothing in the way; infinite where it stands still. */
export const networkLatency: Fact<number> = defineFact<number>("fold.latency-cycles");

/** FIFOs between forks and joins that are no deeper are tried to do without all at once. */
const shallowDepth = 8;
/** Beats that the runs of the search for least depths may move together, some seconds' worth, unless it is asked for. */
const searchBeats = 1e7;
/** Runs of one search, about: one for each bit of a depth, for each of the FIFOs that matter. */
const runsPerFifo = 10;

/**
 * FIFOs as deep as the kernels' token schedules ask for, and no deeper where ways from a fork meet again.
 *
 * The evenly slowed schedule (`pacedDepths`) gives depths that are enough. A token run, which is exact to the cycle,
 * confirms them, finds deadlocks, and shows which FIFOs a network does without. Those on the ways from a fork to a
 * join are then cut to the least depth by bisection. No circuit is simulated for it.
 */
export function insertFifos({ fifoDepths }: Pick<FoldOptions, "fifoDepths">): Pass {
  return definePass({
    name: "insert-fifos",
    summary: "FIFOs as deep as the kernels' token schedules ask for.",
    phase: "schedule",
    semantics: "bit-exact",
    run(module, ctx) {
      const graph = module.main;
      const sizing = new Sizing(graph, ctx.interfaces);
      const { first, intervalCycles } = sizing;
      if (first.stuck.length > 0) ctx.diagnostics.report(deadlock(first.stuck));
      else if (!first.keepsPace) {
        const [last, before] = [first.frameCycles.at(-1) ?? 0, first.frameCycles.at(-2) ?? 0];
        ctx.diagnostics.report(stalls(last - before, intervalCycles));
      } else sizing.shrink(fifoDepths === "least");
      const summary: FifoSummary[] = [];
      for (const [value, found] of sizing.depths) {
        if (found === 0) continue;
        const depth = fifoDepths === "least" ? found : freeDepth(found);
        const leastDepth = sizing.least.has(value) ? found : undefined;
        const widthBits = beatBits(value.type as StreamType);
        summary.push({ loc: insert(graph, value, depth), depth, leastDepth, widthBits });
      }
      ctx.facts.set(fifoSummary, summary);
      ctx.facts.set(networkLatency, latencyAsBuilt(graph, ctx.interfaces));
    },
  });
}

/** Depths of the FIFOs of one network while they are looked for; a depth of 0 is no FIFO. */
class Sizing {
  readonly graph: Graph;
  readonly interfaces: InterfaceTable;
  readonly intervalCycles: number;
  readonly depths: Map<Value, number>;
  /** Streams whose depth is known to be the least. */
  readonly least: Set<Value> = new Set();
  /** The run with the depths that the slowed schedule gives. */
  readonly first: TokenRun;

  constructor(graph: Graph, interfaces: InterfaceTable) {
    this.graph = graph;
    this.interfaces = interfaces;
    const kernels = [...graph.ops()].flatMap((op) => {
      const model = interfaces.get(op.def, Kernel);
      return model ? [model.schedule(op).intervalCycles] : [];
    });
    this.intervalCycles = Math.max(1, ...kernels);
    this.depths = new Map(pacedDepths(graph, interfaces, this.intervalCycles));
    this.first = this.run();
  }

  run(): TokenRun {
    const { graph, interfaces, intervalCycles: wantedCycles } = this;
    return simulateTokens({ graph, interfaces, wantedCycles, depthOf: (v) => this.depths.get(v) });
  }

  /** Drops what is not needed, then cuts the FIFOs between forks and joins to their least depths. */
  shrink(always: boolean): void {
    const branches = branchStreams(this.graph, this.interfaces);
    const streams = [...this.depths.keys()];
    const own = streams.filter((v) => branches.has(v));
    const beats = [...this.graph.ops()]
      .flatMap((op) => op.results)
      .filter((v) => v.type.kind === "stream")
      .reduce((sum, v) => sum + beatCount(v.type as StreamType), 0);
    if (!always && beats * (1 + own.length * runsPerFifo) > searchBeats) return;
    this.drop(streams.filter((v) => !branches.has(v)));
    this.drop(own.filter((v) => this.depths.get(v)! <= shallowDepth));
    for (const value of own.filter((v) => this.depths.get(v)! > 0)) {
      const works = (depth: number): boolean => {
        this.depths.set(value, depth);
        return this.run().keepsPace;
      };
      this.depths.set(value, leastDepth({ enough: this.depths.get(value)!, works }));
      this.least.add(value);
    }
  }

  /** Does without FIFOs, all or none. */
  drop(streams: readonly Value[]): void {
    if (streams.length === 0) return;
    const before = new Map(this.depths);
    for (const v of streams) this.depths.set(v, 0);
    if (!this.run().keepsPace) for (const v of streams) this.depths.set(v, before.get(v)!);
  }
}

/** Puts a FIFO behind a stream; gives the location that it has. */
function insert(graph: Graph, value: Value, depth: number): Location {
  const reader = value.uses[0]!.op;
  const fifo = Fifo.build(graph, [value], { depth }, { loc: reader.loc, before: reader });
  for (const use of [...value.uses]) if (use.op !== fifo.op) graph.setOperand(use.op, use.index, fifo);
  return reader.loc;
}
