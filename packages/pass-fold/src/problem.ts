import {
  divisors,
  type Graph,
  type InterfaceTable,
  type Op,
  type StreamType,
  type Value,
} from "@gatefold/core";
import { type FoldAxis, follows, Kernel, type NamedKernel } from "@gatefold/dialect-hw";
import type { CostModel, FoldCost } from "./cost-model.js";
import { type Fold, firstReader, probe } from "./refold.js";

/** One folding of one kernel. */
export interface Choice {
  readonly fold: Fold;
  readonly intervalCycles: number;
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
 * busier side, as the kernel there does: it never is slower than both.
 */
export interface StreamPart {
  readonly variables: readonly number[];
  readonly costs: readonly (FoldCost | undefined)[];
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

type Lanes = { readonly variable: number } | { readonly lanes: number };

/**
 * The folding problem of a graph. An axis may have the divisors of its extent. A kernel that belongs to a matrix unit
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
      const own = fixed === undefined ? divisors(axis.extent) : [fixed];
      const shared = owner && resultLanes(owner, 0, variableOf, interfaces);
      if (shared && "variable" in shared) {
        const common = own.filter((v) => values[shared.variable]!.includes(v));
        if (common.length > 0) {
          values[shared.variable] = common;
          return shared.variable;
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
  const choice = { fold, intervalCycles: schedule.intervalCycles, cost: model.of(folded, schedule) };
  known.set(key, choice);
  return choice;
}

/** A text that is the same for ops that are the same but for their streams; the op itself when it has parameters. */
function likeness(op: Op): Op | string {
  if (op.operands.some((v) => v.type.kind !== "stream")) return op;
  return JSON.stringify([op.def.name, op.attrs, op.operands.map((v) => v.type)]);
}

/** The lanes of a result: its axis's, or those of its type. */
function resultLanes(
  op: Op,
  index: number,
  variableOf: ReadonlyMap<Op, readonly number[]>,
  interfaces: InterfaceTable,
): Lanes {
  const axis = interfaces
    .get(op.def, Kernel)!
    .axes(op)
    .findIndex((a) => a.results.includes(index));
  return axis < 0
    ? { lanes: (op.result(index).type as StreamType).lanes }
    : { variable: variableOf.get(op)![axis]! };
}

function operandLanesOf(
  op: Op,
  index: number,
  variableOf: ReadonlyMap<Op, readonly number[]>,
  interfaces: InterfaceTable,
): Lanes {
  const axis = interfaces
    .get(op.def, Kernel)!
    .axes(op)
    .findIndex((a) => a.operands.includes(index));
  return axis < 0
    ? { lanes: (op.operand(index).type as StreamType).lanes }
    : { variable: variableOf.get(op)![axis]! };
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
  const inputLanes = new Map(
    graph.inputs.map((input): [Value, Lanes] => {
      const use = firstReader(input, interfaces);
      const own = { lanes: (input.type as StreamType).lanes };
      return [input, use ? operandLanesOf(use.op, use.index, variableOf, interfaces) : own];
    }),
  );
  return kernels.flatMap(({ op }) =>
    op.operands.flatMap((operand, index): StreamPart[] => {
      const { type } = operand;
      if (type.kind !== "stream") return [];
      const source = sourceOf(operand, interfaces);
      const from = source.op
        ? resultLanes(source.op, source.op.results.indexOf(source), variableOf, interfaces)
        : inputLanes.get(source)!;
      const to = operandLanesOf(op, index, variableOf, interfaces);
      if ("variable" in from && "variable" in to && from.variable === to.variable) return [];
      const ends = [from, to];
      const variables = ends.flatMap((end) => ("variable" in end ? [end.variable] : []));
      const costs = combinations(
        ends.map((end) => ("variable" in end ? values[end.variable]! : [end.lanes])),
      ).map(([a, b]) => (a === b ? undefined : model.converter(type.elem, type.shape, a!, b!)));
      return [{ variables, costs }];
    }),
  );
}
