import {
  Constant,
  cloneOp,
  type Diagnostic,
  Graph,
  integerRanges,
  type Op,
  type PassContext,
  Return,
  stream,
  type Value,
} from "@gatefold/core";
import { Fork } from "@gatefold/dialect-hw";
import { cheapest } from "./cheapest.js";
import { wantedCycles } from "./choose.js";
import type { CostModel } from "./cost-model.js";
import { noKernel } from "./diagnostics.js";
import type { Offer } from "./implementations.js";
import { HwLowering, type KernelSite, type LoweringSite } from "./lowering.js";
import type { FoldOptions } from "./options.js";

/** Builds the kernels of one integer op in a graph; a text says why it has none. */
export type OpLowerer = (op: Op, operands: readonly Value[], into: Graph) => readonly Value[] | string;

/** The lowering of single ops of a graph, by their models. */
export function opLowerer(from: Graph, ctx: PassContext, options: FoldOptions, costs: CostModel): OpLowerer {
  const ranges = ctx.analyses.get(integerRanges, from);
  const cycles = cyclesToKeep(options);
  return (op, operands, graph) => {
    const at: KernelSite = { graph, operands, loc: op.loc };
    const site: LoweringSite = {
      ...at,
      ranges: op.operands.map((v) => ranges.of(v)),
      wantedCycles: wantedCycles(options),
      cheapest: (candidates) => cheapest(candidates, at, cycles, costs, ctx.interfaces)(at),
    };
    const model = ctx.interfaces.get(op.def, HwLowering);
    return model ? model.lower(op, site) : "nothing says how it becomes one";
  };
}

/** Cycles a frame that kernels are compared at: those wanted, and as few as may be where only a budget is said. */
function cyclesToKeep(options: FoldOptions): number {
  const cycles = wantedCycles(options);
  const isFastest = [options.budget, options.budgetShare, options.latencyCycles].some((v) => v !== undefined);
  return Number.isFinite(cycles) || !isFastest ? cycles : 1;
}

/** A graph of kernels, each with PE = SIMD = 1. */
export interface Lowered {
  readonly graph: Graph;
  /** Of each offer that was built, its kernels. */
  readonly kernels: ReadonlyMap<Offer, readonly Op[]>;
  readonly errors: readonly Diagnostic[];
}

/** The kernels of a graph of integer ops; runs of ops that an offer replaces are what it builds. */
export function lowerGraph(from: Graph, lowerOp: OpLowerer, chosen: readonly Offer[]): Lowered {
  const into = new Graph(from.name);
  const values = new Map<Value, Value>();
  const errors: Diagnostic[] = [];
  const kernels = new Map<Offer, readonly Op[]>();
  const offerOf = new Map(chosen.flatMap((offer) => offer.ops.map((op): [Op, Offer] => [op, offer])));
  for (const input of from.inputs) {
    values.set(input, into.addInput(stream(input.type.elem, input.type.shape, 1), input.name));
  }
  for (const op of from.ops()) {
    const offer = offerOf.get(op);
    if (offer && op !== offer.ops[0]) continue;
    if (op.operands.some((v) => !values.has(v))) continue;
    if (Constant.is(op) || Return.is(op)) {
      cloneOp(op, into, values);
      continue;
    }
    if (offer) {
      const last = offer.ops.at(-1)!.result();
      const [result, made] = copyOffer(offer, values.get(op.operand(0))!, into);
      result.name ??= last.name;
      values.set(last, result);
      kernels.set(offer, made);
      continue;
    }
    const results = lowerOp(
      op,
      op.operands.map((v) => values.get(v)!),
      into,
    );
    if (typeof results === "string") {
      errors.push(noKernel(op, results));
      continue;
    }
    op.results.forEach((result, i) => {
      results[i]!.name ??= result.name;
      values.set(result, results[i]!);
    });
  }
  into.eraseDead();
  insertForks(into);
  return { graph: into, kernels, errors };
}

/** The kernels of some ops alone, fed by inputs; a text says which of them has none. */
export function lowerAlone(ops: readonly Op[], lowerOp: OpLowerer): Graph | string {
  const graph = new Graph("layer");
  const values = new Map<Value, Value>();
  const own = new Set(ops);
  const operand = (v: Value): Value => {
    const known = values.get(v);
    if (known) return known;
    const made = Constant.match(v)
      ? cloneOp(v.op!, graph, new Map()).result()
      : graph.addInput(stream(v.type.elem, v.type.shape, 1));
    values.set(v, made);
    return made;
  };
  for (const op of ops) {
    const results = lowerOp(op, op.operands.map(operand), graph);
    if (typeof results === "string") return results;
    op.results.forEach((result, i) => {
      values.set(result, results[i]!);
    });
  }
  const left = ops.flatMap((op) => op.results).filter((v) => [...v.uses].some((use) => !own.has(use.op)));
  graph.setOutputs(left.map((v) => values.get(v)!));
  graph.eraseDead();
  insertForks(graph);
  return graph;
}

const templates = new WeakMap<Offer, Graph>();

/** Builds an offer once, in a graph of its own, and copies that: its result and its kernels. */
function copyOffer(offer: Offer, x: Value, into: Graph): [result: Value, kernels: readonly Op[]] {
  let template = templates.get(offer);
  if (!template) {
    template = new Graph("offer");
    const input = template.addInput(x.type);
    const { type: wanted } = offer.ops.at(-1)!.result();
    const result = offer.build({ graph: template, operands: [input], loc: locOf(offer) });
    if (result.type.elem !== wanted.elem || `${result.type.shape}` !== `${wanted.shape}`) {
      throw new TypeError(
        `the ${offer.form} of ${offer.layer} gives ${result.type.elem} of shape [${result.type.shape}], not ${wanted.elem} of [${wanted.shape}]`,
      );
    }
    template.setOutputs([result]);
    templates.set(offer, template);
  }
  const values = new Map<Value, Value>([[template.inputs[0]!, x]]);
  const kernels: Op[] = [];
  for (const op of template.ops()) {
    if (Return.is(op)) continue;
    const copy = cloneOp(op, into, values);
    if (!Constant.is(copy)) kernels.push(copy);
  }
  return [values.get(template.outputs[0]!)!, kernels];
}

/** Where an offer stands: at its layer's node. */
function locOf({ layer, ops }: Offer): Op["loc"] {
  return (ops.find((op) => op.loc.node === layer) ?? ops[0]!).loc;
}

/** A stream has one reader: where a value has several, a fork gives each its own. */
function insertForks(graph: Graph): void {
  const values = [...graph.inputs, ...[...graph.ops()].flatMap((op) => op.results)];
  for (const value of values) {
    const uses = [...value.uses];
    if (value.type.kind !== "stream" || uses.length < 2) continue;
    const readers = new Set(uses.map((use) => use.op));
    const before = [...graph.ops()].find((op) => readers.has(op));
    const fork = Fork.create(graph, [value], { count: uses.length }, { before, loc: value.op?.loc ?? {} });
    uses.forEach((use, i) => {
      graph.setOperand(use.op, use.index, fork.result(i));
    });
  }
}
