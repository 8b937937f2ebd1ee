import { divisors, type InterfaceTable, type Op, type StreamType } from "@gatefold/core";
import { type FoldAxis, follows, type NamedKernel } from "@gatefold/dialect-hw";

import { type Fold, probe } from "./refold.js";

/** A folding that one kernel could have. */
export interface Candidate {
  readonly fold: Fold;
  readonly intervalCycles: number;
  /** Product of the axes: how much of the kernel stands side by side. */
  readonly width: number;
}

/** Every legal combination of a kernel's axes. */
export function candidates(kernel: NamedKernel, interfaces: InterfaceTable): Candidate[] {
  const axes = kernel.model.axes(kernel.op);
  return combinations(axes).map((fold) => ({
    fold,
    intervalCycles: kernel.model.schedule(probe(kernel.op, fold, interfaces)).intervalCycles,
    width: Object.values(fold).reduce((a, b) => a * b, 1),
  }));
}

function combinations(axes: readonly FoldAxis[]): Fold[] {
  return axes.reduce<Fold[]>(
    (all, axis) => all.flatMap((fold) => divisors(axis.extent).map((v) => ({ ...fold, [axis.name]: v }))),
    [{}],
  );
}

/** What cannot be reached, and the best that can. */
export interface Unreachable {
  readonly kernel: NamedKernel;
  readonly best: Candidate;
}

/**
 * For each kernel the narrowest folding that takes at most `targetCycles` a frame; of equally narrow ones the one
 * with the fewest PEs (each PE carries an accumulator and thresholds), then the one that needs no width converter.
 * A kernel that belongs to a matrix unit follows its lanes. Folds that are `given` stay.
 */
export function chooseFolds(
  kernels: readonly NamedKernel[],
  given: ReadonlyMap<string, Fold>,
  targetCycles: number,
  interfaces: InterfaceTable,
): { readonly folds: ReadonlyMap<Op, Fold>; readonly unreachable: readonly Unreachable[] } {
  const folds = new Map<Op, Fold>();
  const unreachable: Unreachable[] = [];
  const resultLanes = new Map<Op, number>();
  for (const kernel of kernels) {
    const { op, model } = kernel;
    if (model.view) {
      resultLanes.set(op, resultLanes.get(op.operand(0).op!) ?? 1);
      continue;
    }
    const axes = model.axes(op);
    const incoming = op.operands[0]?.op && resultLanes.get(op.operands[0].op);
    const fixed = given.get(kernel.name) ?? {};
    const followed =
      follows(op, model, interfaces) && incoming !== undefined ? { [axes[0]!.name]: incoming } : {};
    const wanted = { ...followed, ...fixed };
    const all = candidates(kernel, interfaces);
    const options = all.filter((c) => Object.entries(wanted).every(([name, v]) => c.fold[name] === v));
    const open = Object.keys(wanted).length < axes.length;
    const fast = open ? options.filter((c) => c.intervalCycles <= targetCycles) : options;
    const cost = (c: Candidate): readonly number[] => [
      c.width,
      c.fold["PE"] ?? 1,
      incoming === undefined || lanesIn(axes, c.fold) === incoming ? 0 : 1,
    ];
    const best = [...fast].sort((a, b) => compare(cost(a), cost(b)))[0];
    if (!best) {
      unreachable.push({
        kernel,
        best: [...options].sort((a, b) => a.intervalCycles - b.intervalCycles)[0]!,
      });
      continue;
    }
    folds.set(op, best.fold);
    const out = axes.find((a) => a.results.includes(0));
    resultLanes.set(op, out ? best.fold[out.name]! : (op.results[0]!.type as StreamType).lanes);
  }
  return { folds, unreachable };
}

function lanesIn(axes: readonly FoldAxis[], fold: Fold): number | undefined {
  const axis = axes.find((a) => a.operands.includes(0));
  return axis && fold[axis.name];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
