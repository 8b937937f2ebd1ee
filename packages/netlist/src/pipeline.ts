import { NetlistError } from "./error.js";
import type { Netlist, NodeId } from "./netlist.js";
import { StagePlan } from "./pipeline-stages.js";
import { copyNode, rebuild } from "./rebuild.js";
import { type TimingModel, timingGraph, worstStageNs } from "./timing.js";

export interface PipelineOptions extends TimingModel {
  /** The clock's period: as few stages as fit it. Either this or `stages`. */
  readonly clockNs?: number;
  /** So many stages, with the longest as short as can be. */
  readonly stages?: number;
  /** A register behind each input, too. */
  readonly registerInputs?: boolean;
  /** A register before each output, too. */
  readonly registerOutputs?: boolean;
}

export interface Pipelined {
  readonly netlist: Netlist;
  /** Stages of logic; one register lies between two, so the latency is one clock less, and one more for registered inputs and outputs each. */
  readonly stages: number;
  /** The longest stage with a register's delay, by the model. More than `clockNs` when a node alone takes longer. */
  readonly worstStageNs: number;
}

/** Rounds of moving every border, at most. */
const maxRounds = 4;

/**
 * Takes the registers of a netlist away and sets others: as few stages as the clock allows, or so many with the longest as short as
 * can be; then borders between stages are moved to where words are narrow. The function stays, all outputs come at the same clock.
 *
 * Throws `NetlistError` for options that cannot be.
 */
export function pipeline(netlist: Netlist, options: PipelineOptions): Pipelined {
  checkOptions(options);
  const bare = withoutRegisters(netlist);
  const plan = planStages(bare, options);
  const made = withRegisters(bare, plan, options);
  return { netlist: made, stages: plan.count, worstStageNs: worstStageNs(made, options) };
}

function withoutRegisters(netlist: Netlist): Netlist {
  for (let node = 0; node < netlist.size; node++) {
    if (netlist.kind(node) !== "register") continue;
    return rebuild(netlist, (_, each, operands) =>
      netlist.kind(each) === "register" ? operands[0] : undefined,
    );
  }
  return netlist;
}

function checkOptions({ clockNs, stages }: PipelineOptions): void {
  const bad = (reason: string, hint: string): NetlistError =>
    new NetlistError("netlist/bad-pipeline", reason, hint);
  if ((clockNs === undefined) === (stages === undefined)) {
    const given =
      clockNs === undefined ? "Neither a clock nor a number of stages" : "A clock and a number of stages";
    throw bad(`${given} is given.`, "give one of clockNs and stages");
  }
  if (clockNs !== undefined && !(Number.isFinite(clockNs) && clockNs > 0)) {
    throw bad(`The clock's period is ${clockNs} ns.`, "give a positive number");
  }
  if (stages !== undefined && !(Number.isSafeInteger(stages) && stages > 0)) {
    throw bad(`${stages} stages are asked for.`, "give a positive integer");
  }
}

interface Stages {
  /** By node. */
  readonly stages: Int32Array;
  readonly count: number;
  /** Nodes that depend on inputs; the others need no registers. */
  readonly moves: Uint8Array;
}

function planStages(netlist: Netlist, options: PipelineOptions): Stages {
  const flags = (nodes: readonly { readonly node: NodeId }[]): Uint8Array => {
    const all = new Uint8Array(netlist.size);
    for (const { node } of nodes) all[node] = 1;
    return all;
  };
  const graph = timingGraph(netlist, options);
  const plan = new StagePlan(graph, flags(netlist.inputs), flags(netlist.outputs));
  const limitNs =
    options.clockNs === undefined
      ? leastLimit(plan, options.stages!, worstStageNs(netlist, options))
      : Math.max(0, options.clockNs - options.delays.registerNs);
  plan.limit(limitNs);
  const earliest = plan.earliest();
  const count = options.stages ?? earliest.count;
  return { stages: fewestBits(plan, earliest.stages, count), count, moves: graph.live };
}

/** The shortest stage with which so many stages are enough, within a thousandth. */
function leastLimit(plan: StagePlan, stages: number, wholeNs: number): number {
  let [low, high] = [0, wholeNs];
  while (high - low > wholeNs / 4096) {
    const middle = (low + high) / 2;
    plan.limit(middle);
    if (plan.earliest().count <= stages) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * From two sides: all nodes as late as can be, and each border in turn reaches forward; all nodes as early as can be. Then borders are
 * moved between their neighbours as long as that saves bits.
 */
function fewestBits(plan: StagePlan, earliest: Int32Array, count: number): Int32Array {
  const latest = plan.latest(count);
  const fromEarliest = improved(plan, earliest, count);
  if (latest === undefined) return fromEarliest;
  for (let border = 1; border < count; border++) plan.moveBorder(latest, border, true);
  const fromLatest = improved(plan, latest, count);
  const bits = (stages: Int32Array): number => plan.registerBits(stages, count);
  return bits(fromLatest) < bits(fromEarliest) ? fromLatest : fromEarliest;
}

function improved(plan: StagePlan, start: Int32Array, count: number): Int32Array {
  const stages = start.slice();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < maxRounds; round++) {
    const bits = plan.registerBits(stages, count);
    if (bits >= best) break;
    best = bits;
    for (let i = 1; i < count; i++) plan.moveBorder(stages, round % 2 === 0 ? count - i : i, false);
  }
  return stages;
}

function withRegisters(
  netlist: Netlist,
  { stages, count, moves }: Stages,
  { registerInputs = false, registerOutputs = false }: PipelineOptions,
): Netlist {
  const later = (into: Netlist, made: NodeId, from: NodeId, stage: number): NodeId => {
    if (moves[from] === 0) return made;
    const held = registerInputs && netlist.kind(from) === "input" ? 1 : 0;
    let at = made;
    for (let i = stages[from]!; i < stage + held; i++) at = into.register(at);
    return at;
  };
  return rebuild(
    netlist,
    (into, node, made) => {
      const operands = netlist.operands(node);
      return copyNode(
        netlist,
        node,
        into,
        made.map((each, i) => later(into, each, operands[i]!, stages[node]!)),
      );
    },
    (into, node, made) => later(into, made, node, count - 1 + (registerOutputs ? 1 : 0)),
  );
}
