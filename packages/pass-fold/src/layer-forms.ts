import { type Diagnostic, type Graph, type Op, throwIfErrors } from "@gatefold/core";
import { Conv, MatMul } from "@gatefold/dialect-q";
import { noForm, overlappingOffers, unknownForm, unknownLayer } from "./diagnostics.js";
import {
  foldedForm,
  type ImplementationMode,
  type Implementations,
  type Offer,
  type OfferSite,
  type Refusal,
} from "./implementations.js";

/** One of the ways to build a layer that are open. */
export interface Form {
  readonly form: string;
  /** Absent for kernels. */
  readonly offer: Offer | undefined;
  /** The layer's ops that become kernels all the same. */
  readonly rest: readonly Op[];
}

/** A layer, or what of it something offers to build otherwise. */
export interface Layer {
  readonly name: string;
  /** The ops of all its offers, in the graph's order; empty where there is no offer. */
  readonly ops: readonly Op[];
  readonly forms: readonly Form[];
  /** Forms that are there but not to be taken, and why. */
  readonly refused: readonly Refusal[];
}

export interface FormOptions {
  readonly mode: ImplementationMode;
  /** Layer → form, which wins over the mode. */
  readonly wanted: Readonly<Record<string, string>>;
}

/**
 * The layers of a graph of integer ops with the forms that the options leave open to each. Throws a `DiagnosticError` for layers and
 * forms that are wanted and not there.
 */
export function layerForms(
  site: OfferSite,
  implementations: Implementations,
  { mode, wanted }: FormOptions,
): readonly Layer[] {
  const { offers, refused } = implementations.offers(site);
  const found = findLayers(site.graph, offers, refused);
  const names = found.map(({ name }) => name);
  const errors: Diagnostic[] = Object.keys(wanted)
    .filter((name) => !names.includes(name))
    .map((name) => unknownLayer(name, names));
  const layers = found.map(({ name, ops, offers: own, refused: why }): Layer => {
    const other = own.find(({ layer }) => layer !== own[0]!.layer);
    if (other) errors.push(overlappingOffers(other.ops[0]!, own[0]!.layer, other.layer));
    const all: Form[] = [
      { form: foldedForm, offer: undefined, rest: ops },
      ...own.map((offer) => ({
        form: offer.form,
        offer,
        rest: ops.filter((op) => !offer.ops.includes(op)),
      })),
    ];
    const asked = wanted[name];
    if (asked !== undefined) {
      const forms = all.filter(({ form }) => form === asked);
      if (forms.length === 0) errors.push(unknownForm(name, asked, all, why));
      return { name, ops, forms, refused: [...why, ...leftOut(name, all, forms, "another form is wanted")] };
    }
    if (mode === "auto") return { name, ops, forms: all, refused: why };
    const forms = all.filter(({ offer }) => (offer !== undefined) === (mode === "spatial"));
    if (forms.length === 0) errors.push(noForm(name, why));
    const reason = mode === "spatial" ? "spatial circuits are wanted" : "kernels are wanted";
    return { name, ops, forms, refused: [...why, ...leftOut(name, all, forms, reason)] };
  });
  throwIfErrors(errors);
  return layers;
}

interface FoundLayer {
  readonly name: string;
  readonly ops: readonly Op[];
  readonly offers: readonly Offer[];
  readonly refused: readonly Refusal[];
}

/**
 * What there are offers for, products that there are none for, and whatever else was refused. Offers that share an op are of one layer;
 * the second layer of a name has a number behind it.
 */
function findLayers(graph: Graph, offers: readonly Offer[], refused: readonly Refusal[]): FoundLayer[] {
  const order = new Map([...graph.ops()].map((op, i) => [op, i]));
  let groups: { ops: Set<Op>; offers: readonly Offer[] }[] = [];
  for (const offer of offers) {
    const shared = groups.filter(({ ops }) => offer.ops.some((op) => ops.has(op)));
    const ops = new Set([...shared.flatMap((g) => [...g.ops]), ...offer.ops]);
    const all = [...shared.flatMap((g) => g.offers), offer];
    groups = [...groups.filter((g) => !shared.includes(g)), { ops, offers: all }];
  }
  const covered = new Set(groups.flatMap(({ ops }) => [...ops]));
  const left = [...graph.ops()].filter((op) => (MatMul.is(op) || Conv.is(op)) && !covered.has(op));
  const nodeOf = (op: Op): string => op.loc.node ?? op.result().name ?? op.def.name;
  const placed = [
    ...groups.map(({ ops, offers: own }) => {
      const sorted = [...ops].sort((a, b) => order.get(a)! - order.get(b)!);
      return { name: own[0]!.layer, at: order.get(sorted[0]!)!, ops: sorted, offers: own };
    }),
    ...left.map((op) => ({ name: nodeOf(op), at: order.get(op)!, ops: [], offers: [] })),
  ].sort((a, b) => a.at - b.at);
  const nameless = refused.filter(({ layer }) => placed.every(({ name }) => name !== layer));
  const others = [...new Set(nameless.map(({ layer }) => layer))].map((name) => ({
    name,
    ops: [],
    offers: [],
  }));
  const count = new Map<string, number>();
  return [...placed, ...others].map(({ name, ops, offers: own }) => {
    const index = count.get(name) ?? 0;
    count.set(name, index + 1);
    const why = refused.filter(({ layer }) => layer === name);
    return { name: index === 0 ? name : `${name}_${index}`, ops, offers: own, refused: why };
  });
}

function leftOut(layer: string, all: readonly Form[], taken: readonly Form[], reason: string): Refusal[] {
  return all.filter((f) => !taken.includes(f)).map(({ form }) => ({ layer, form, reason }));
}
