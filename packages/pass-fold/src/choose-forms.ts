import { Constant, divisors, type Graph, type Op, product, Return, type Value } from "@gatefold/core";
import { Reshape } from "@gatefold/dialect-q";
import { type CostModel, unitsOf } from "./cost-model.js";
import type { FormPrices, Scale } from "./form-prices.js";
import type { Form, Layer } from "./layer-forms.js";
import { type CostTable, minimize } from "./minimize.js";

/** The form of each layer. */
export type Forms = ReadonlyMap<Layer, Form>;

/** A stream from one op to another, which may need a width converter where one end is spatial. */
export interface Edge {
  readonly from: Op;
  readonly to: Op;
  /** As it leaves and as it comes: reshapes between are wires. */
  readonly source: Value;
  readonly value: Value;
}

/** Costs more than any circuit: a form that cannot keep the cycles, where all others cannot either. */
const unreachable = 1e12;

/** The streams of a graph of integer ops that have an op at either end. */
export function edgesOf(graph: Graph): readonly Edge[] {
  const sourceOf = (value: Value): Value =>
    value.op && Reshape.is(value.op) ? sourceOf(value.op.operand(0)) : value;
  return [...graph.ops()].flatMap((to): Edge[] => {
    if (Return.is(to) || Reshape.is(to)) return [];
    return to.operands.flatMap((value) => {
      const source = sourceOf(value);
      return source.op && !Constant.is(source.op) ? [{ from: source.op, to, source, value }] : [];
    });
  });
}

/**
 * The forms of all layers that together cost least: what each takes, and the width converters where a spatial circuit meets kernels,
 * whose lanes are taken to be as few as the cycles allow. Exact by elimination (`minimize`) as far as those prices are.
 *
 * An offer is asked for its price only when its lower bound leaves it a chance.
 */
export function chooseForms(
  layers: readonly Layer[],
  edges: readonly Edge[],
  prices: FormPrices,
  model: CostModel,
  scale: Scale,
): Forms {
  const open = layers.filter((layer) => layer.ops.length > 0 && layer.forms.length > 0);
  const ownerOf = new Map(open.flatMap((layer, i) => layer.ops.map((op): [Op, number] => [op, i])));
  const near = edges.filter(({ from, to }) => ownerOf.has(from) || ownerOf.has(to));
  const between = (edge: Edge, from: Form | undefined, to: Form | undefined): number =>
    converterCost(edge, from, to, model, scale);
  const choices = open.map((layer, i) => {
    const touching = near.filter(({ from, to }) => ownerOf.get(from) === i || ownerOf.get(to) === i);
    const slack = touching.reduce((sum, edge) => sum + dearest(edge, model, scale), 0);
    return { forms: worthwhile(layer, slack, prices, scale), layer };
  });
  const tables: CostTable[] = choices.map(({ forms }, i) => ({
    variables: [i],
    costs: Float64Array.from(forms, (form) => Math.min(unreachable, prices.cost(form, scale))),
  }));
  for (const edge of near) {
    const [a, b] = [ownerOf.get(edge.from), ownerOf.get(edge.to)];
    const [from, to] = [a, b].map((i) => (i === undefined ? [undefined] : choices[i]!.forms)) as [
      readonly (Form | undefined)[],
      readonly (Form | undefined)[],
    ];
    if (a === b) {
      tables.push({ variables: [a!], costs: Float64Array.from(from, (form) => between(edge, form, form)) });
      continue;
    }
    tables.push({
      variables: [a, b].filter((i) => i !== undefined),
      costs: Float64Array.from(from.flatMap((f) => to.map((t) => between(edge, f, t)))),
    });
  }
  const { states } = minimize(
    choices.map(({ forms }) => forms.length),
    tables,
  );
  return new Map(choices.map(({ forms, layer }, i) => [layer, forms[states[i]!]!]));
}

/** The forms of a layer that may be in the cheapest network: all but those whose lower bound is above another's cost. */
function worthwhile({ forms }: Layer, slack: number, prices: FormPrices, scale: Scale): readonly Form[] {
  const byBound = forms
    .map((form) => ({ form, bound: prices.atLeast(form, scale) }))
    .sort(
      (a, b) => Number(a.form.offer !== undefined) - Number(b.form.offer !== undefined) || a.bound - b.bound,
    );
  let best = Number.POSITIVE_INFINITY;
  const kept = byBound.filter(({ form, bound }) => {
    if (Number.isFinite(best) && bound > best + slack) return false;
    best = Math.min(best, prices.cost(form, scale));
    return true;
  });
  return forms.filter((form) => kept.some((k) => k.form === form));
}

function converterCost(
  { from, to, source, value }: Edge,
  fromForm: Form | undefined,
  toForm: Form | undefined,
  model: CostModel,
  { cycles, weights }: Scale,
): number {
  const [sends, reads] = [fromForm?.offer?.ops.includes(from), toForm?.offer?.ops.includes(to)];
  if ((!sends && !reads) || (fromForm === toForm && sends && reads)) return 0;
  const lanesOut = sends ? channels(source) : fewestLanes(source, cycles);
  const lanesIn = reads ? channels(value) : fewestLanes(value, cycles);
  if (lanesOut === lanesIn) return 0;
  return unitsOf(model.converter(value.type.elem, value.type.shape, lanesOut, lanesIn).resources, weights);
}

/** The most that a converter at a stream can cost: with one end spatial. */
function dearest({ source, value }: Edge, model: CostModel, { cycles, weights }: Scale): number {
  const ends: [number, number][] = [
    [channels(source), fewestLanes(value, cycles)],
    [fewestLanes(source, cycles), channels(value)],
    [channels(source), channels(value)],
  ];
  const costs = ends.map(([a, b]) =>
    a === b ? 0 : unitsOf(model.converter(value.type.elem, value.type.shape, a, b).resources, weights),
  );
  return Math.max(...costs);
}

const channels = (value: Value): number => value.type.shape.at(-1) ?? 1;

/** The fewest lanes at which a stream's frame passes in so many cycles. */
function fewestLanes(value: Value, cycles: number): number {
  const elements = product(value.type.shape);
  return divisors(channels(value)).find((lanes) => elements / lanes <= cycles) ?? channels(value);
}
