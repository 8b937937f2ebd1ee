import type { Graph, InterfaceTable, Op, StreamType, Value } from "@gatefold/core";
import {
  axisValues,
  type FoldAxis,
  follows,
  Kernel,
  lanesAt,
  type NamedKernel,
  type Schedule,
  type StreamEnd,
} from "@gatefold/dialect-hw";
import type { CostModel, FoldCost } from "./cost-model.js";
import { type Fold, firstReader, probe } from "./refold.js";

/** One folding of one kernel. */
export interface Choice {
  readonly fold: Fold;
  readonly intervalCycles: number;
  /** Its latency may take time to find. */
  readonly schedule: Schedule;
  readonly cost: FoldCost;
}

/** A kernel whose axes are variables of the problem. */
export interface KernelPart {
  readonly kernel: NamedKernel;
  readonly axes: readonly FoldAxis[];
  /** The variable of each axis. */
  readonly variables: readonly number[];
  /** Every combination of the variables' values, the last axis fastest. */
  readonly choices: readonly Choice[];
  /** Whether all its axes are given: then its interval is what it is. */
  readonly given: boolean;
}

/**
 * A stream whose lanes may have to be converted, by the variables of its ends. A converter moves a beat a cycle on its
 * busier side, as the kernel there does: it never is slower than both. Nothing converts the order of elements: ends that
 * disagree about it do not fit.
 */
export interface StreamPart {
  /** The kernel that sends, if it is none of the graph's inputs, and the one that reads. */
  readonly from: NamedKernel | undefined;
  readonly to: NamedKernel;
  readonly variables: readonly number[];
  /** The converter's cost, every combination of the variables' values, the last fastest. */
  readonly costs: readonly (FoldCost | "no converter" | "no fit")[];
}

/** All foldings of a network: each axis of a kernel is a variable, and axes that go together are one. */
export interface FoldingProblem {
  /** Legal values of each variable, ascending. */
  readonly values: readonly (readonly number[])[];
  readonly kernels: readonly KernelPart[];
  readonly streams: readonly StreamPart[];
}

/** What kernels would cost at foldings asked for before; kernels without parameters share what is alike. */
export type ChoiceCache = Map<Op | string, Map<string, Choice>>;

/** Foldings that are given, by kernel name. */
export type GivenFolds = ReadonlyMap<string, Fold>;

/** One end of a stream: the variables that it follows, and what it is at their values. */
interface End {
  readonly kernel: NamedKernel | undefined;
  readonly variables: readonly number[];
  /** Lanes and, where it is not the tensor's own order, shape. */
  at(values: readonly number[]): { readonly lanes: number; readonly shape: readonly number[] | undefined };
}

const isSame = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean =>
  a?.length === b?.length && (a ?? []).every((n, i) => n === b![i]);

/**
 * The folding problem of a graph. An axis may have its legal values. A kernel that belongs to a matrix unit
 * (its thresholds) keeps that unit's lanes: their axes are one variable, unless what is given says otherwise.
 */
export function foldingProblem(
  graph: Graph,
  named: readonly NamedKernel[],
  given: GivenFolds,
  model: CostModel,
  interfaces: InterfaceTable,
  cache: ChoiceCache = new Map(),
): FoldingProblem {
  const values: number[][] = [];
  const variableOf = new Map<Op, number[]>();
  const kernels = named.filter(({ model: m }) => !m.view);
  for (const kernel of kernels) {
    const owner = follows(kernel.op, kernel.model, interfaces);
    const variables = kernel.model.axes(kernel.op).map((axis) => {
      const fixed = given.get(kernel.name)?.[axis.name];
      const own = fixed === undefined ? [...axisValues(axis)] : [fixed];
      const shared = owner && lanesVariable(owner, variableOf, interfaces);
      if (shared !== undefined) {
        const common = own.filter((v) => values[shared]!.includes(v));
        if (common.length > 0) {
          values[shared] = common;
          return shared;
        }
      }
      return values.push(own) - 1;
    });
    variableOf.set(kernel.op, variables);
  }
  return {
    values,
    kernels: kernels.map((kernel) => {
      const variables = variableOf.get(kernel.op)!;
      const axes = kernel.model.axes(kernel.op);
      const choices = combinations(variables.map((v) => values[v]!)).map((at) =>
        choiceOf(kernel, Object.fromEntries(axes.map((a, i) => [a.name, at[i]!])), model, interfaces, cache),
      );
      const fixed = given.get(kernel.name) ?? {};
      const isGiven = (v: number): boolean =>
        kernels.some((k) =>
          k.model
            .axes(k.op)
            .some((a, i) => variableOf.get(k.op)![i] === v && given.get(k.name)?.[a.name] !== undefined),
        );
      const all = axes.every((a, i) => fixed[a.name] !== undefined || isGiven(variables[i]!));
      return { kernel, axes, variables, choices, given: axes.length > 0 && all };
    }),
    streams: streamParts(graph, kernels, values, variableOf, model, interfaces),
  };
}

/** All combinations of one value of each list, the last list fastest. */
function combinations(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((c) => list.map((v) => [...c, v])), [[]]);
}

function choiceOf(
  { op, model: kernel }: NamedKernel,
  fold: Fold,
  model: CostModel,
  interfaces: InterfaceTable,
  cache: ChoiceCache,
): Choice {
  const kind = likeness(op);
  const known = cache.get(kind) ?? new Map<string, Choice>();
  cache.set(kind, known);
  const key = JSON.stringify(fold);
  const found = known.get(key);
  if (found) return found;
  const folded = probe(op, fold, interfaces);
  const schedule = kernel.schedule(folded);
  const choice = {
    fold,
    intervalCycles: schedule.intervalCycles,
    schedule,
    cost: model.of(folded, schedule),
  };
  known.set(key, choice);
  return choice;
}

/** A text that is the same for ops that are the same but for their streams; the op itself when it has parameters. */
function likeness(op: Op): Op | string {
  if (op.operands.some((v) => v.type.kind !== "stream")) return op;
  return JSON.stringify([op.def.name, op.attrs, op.operands.map((v) => v.type)]);
}

/** The variable that is the lanes of a kernel's result. */
function lanesVariable(
  op: Op,
  variableOf: ReadonlyMap<Op, readonly number[]>,
  interfaces: InterfaceTable,
): number | undefined {
  const axes = interfaces.get(op.def, Kernel)!.axes(op);
  const followed = axes.flatMap((a, i) => (a.results.includes(0) ? [i] : []));
  const [only, ...more] = followed;
  if (only === undefined || more.length > 0 || axes[only]!.lanesOf) return undefined;
  // A kernel that cannot be folded forces no lanes on what follows it.
  return axisValues(axes[only]!).length > 1 ? variableOf.get(op)![only] : undefined;
}

function endOf(
  kernel: NamedKernel,
  end: StreamEnd,
  type: StreamType,
  variableOf: ReadonlyMap<Op, readonly number[]>,
): End {
  const { op, model } = kernel;
  const axes = model.axes(op);
  const all = variableOf.get(op)!;
  // The order may hang on any axis, the lanes only on those that name the end.
  const own = axes.flatMap((a, i) => (model.shapeAt || a[end.side].includes(end.index) ? [i] : []));
  return {
    kernel,
    variables: own.map((i) => all[i]!),
    at: (values) => {
      const fold = Object.fromEntries(own.map((i, n) => [axes[i]!.name, values[n]!]));
      return { lanes: lanesAt(axes, end, fold) ?? type.lanes, shape: model.shapeAt?.(op, end, fold) };
    },
  };
}

/** The value that a stream comes from, through ops that are wires only. */
function sourceOf(value: Value, interfaces: InterfaceTable): Value {
  return value.op && interfaces.get(value.op.def, Kernel)?.view
    ? sourceOf(value.op.operand(0), interfaces)
    : value;
}

/** Each stream into a kernel, with the width converter that it takes; a graph input has its first reader's lanes. */
function streamParts(
  graph: Graph,
  kernels: readonly NamedKernel[],
  values: readonly (readonly number[])[],
  variableOf: ReadonlyMap<Op, readonly number[]>,
  model: CostModel,
  interfaces: InterfaceTable,
): StreamPart[] {
  const named = new Map(kernels.map((k) => [k.op, k]));
  const readerEnd = (op: Op, index: number): End =>
    endOf(named.get(op)!, { side: "operands", index }, op.operand(index).type as StreamType, variableOf);
  const inputEnds = new Map(
    graph.inputs.map((input): [Value, End] => {
      const use = firstReader(input, interfaces);
      const { lanes: own } = input.type as StreamType;
      const reader = use && readerEnd(use.op, use.index);
      const at: End["at"] = (v) => ({ lanes: reader?.at(v).lanes ?? own, shape: undefined });
      return [input, { kernel: undefined, variables: reader?.variables ?? [], at }];
    }),
  );
  const sourceEnd = (value: Value): End => {
    const { op } = value;
    if (!op) return inputEnds.get(value)!;
    const end: StreamEnd = { side: "results", index: op.results.indexOf(value) };
    return endOf(named.get(op)!, end, value.type as StreamType, variableOf);
  };
  return kernels.flatMap((to) =>
    to.op.operands.flatMap((operand, index): StreamPart[] => {
      const { type } = operand;
      if (type.kind !== "stream") return [];
      const [source, reader] = [sourceEnd(sourceOf(operand, interfaces)), readerEnd(to.op, index)];
      const variables = [...new Set([...source.variables, ...reader.variables])];
      const costs = combinations(variables.map((v) => values[v]!)).map((states) => {
        const [a, b] = [source, reader].map((end) =>
          end.at(end.variables.map((v) => states[variables.indexOf(v)]!)),
        ) as [ReturnType<End["at"]>, ReturnType<End["at"]>];
        if (!isSame(a.shape, b.shape)) return "no fit";
        return a.lanes === b.lanes
          ? "no converter"
          : model.converter(type.elem, type.shape, a.lanes, b.lanes);
      });
      if (costs.every((c) => c === "no converter")) return [];
      return [{ from: source.kernel, to, variables, costs }];
    }),
  );
}
