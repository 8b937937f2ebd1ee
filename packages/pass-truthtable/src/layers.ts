import { type Circuit, type Lut, lutOf } from "./circuit.js";
import { cleaned } from "./clean.js";
import type { Order } from "./order.js";
import type { Functions } from "./subfunctions.js";

/** A node of the decision diagram: twice its number, plus 1 for its complement, is an edge. Node 0 is the constant 0. */
interface Diagram {
  readonly variable: number[];
  readonly low: number[];
  readonly high: number[];
  /** Variables that the node depends on, by place in the order. */
  readonly support: number[];
}

/**
 * The circuit of an order: shared decision diagram, cut where the order's steps end. A function of at most `k` variables is a LUT;
 * one above is a multiplexer of the functions at the next cut.
 */
export function layeredCircuit({ inputs, planes }: Functions, order: Order, k: number): Circuit {
  const { variables, steps } = order;
  const diagram: Diagram = { variable: [-1], low: [0], high: [0], support: [0] };
  const roots = planes.map((plane) => {
    const permuted = new Int32Array(plane.length);
    for (let a = 0; a < plane.length; a++) {
      let from = 0;
      for (let p = 0; p < inputs; p++) from |= ((a >>> p) & 1) << variables[p]!;
      permuted[a] = plane[from]!;
    }
    return permuted;
  });
  const known = new Map<number, number>();
  const node = (p: number, c0: number, c1: number): number => {
    if (c0 === c1) return c0;
    const sign = c0 & 1;
    const key = ((c0 ^ sign) * 0x1000000 + (c1 ^ sign)) * 32 + p;
    let number = known.get(key);
    if (number === undefined) {
      number = diagram.variable.length;
      diagram.variable.push(p);
      diagram.low.push(c0 ^ sign);
      diagram.high.push(c1 ^ sign);
      diagram.support.push(diagram.support[c0 >> 1]! | diagram.support[c1 >> 1]! | (1 << p));
      known.set(key, number);
    }
    return (number << 1) | sign;
  };
  const edges = roots.map((root) => {
    let level = root;
    for (let p = 0; p < inputs; p++) {
      const above = new Int32Array(level.length >> 1);
      for (let i = 0; i < above.length; i++) above[i] = node(p, level[2 * i]!, level[2 * i + 1]!);
      level = above;
    }
    return level[0]!;
  });

  const cutOf = (p: number): number => steps.findLast((place) => place <= p) ?? 0;
  const luts: Lut[] = [];
  const signals = new Map<number, number>();
  const emit = (lut: Lut): number => inputs + luts.push(lut) - 1;
  const cofactor = (edge: number, below: number, values: number): number => {
    let at = edge;
    while (at >> 1 !== 0 && diagram.variable[at >> 1]! >= below) {
      const p = diagram.variable[at >> 1]!;
      at = (at & 1) ^ ((values >>> p) & 1 ? diagram.high[at >> 1]! : diagram.low[at >> 1]!);
    }
    return at;
  };
  /** The signal of a node (not of its complement). */
  const signalOf = (number: number): number => {
    const done = signals.get(number);
    if (done !== undefined) return done;
    const top = diagram.variable[number]!;
    const support = diagram.support[number]!;
    const places = Array.from({ length: inputs }, (_, p) => p).filter((p) => (support >>> p) & 1);
    const below = places.length <= k ? 0 : cutOf(top);
    const selectors = places.filter((p) => p >= below);
    const edge = number << 1;
    const spread = (values: number): number =>
      selectors.reduce((all, p, i) => all | (((values >>> i) & 1) << p), 0);
    const children = Array.from({ length: 2 ** selectors.length }, (_, values) =>
      cofactor(edge, below, spread(values)),
    );
    const functions = [...new Set(children.map((child) => child >> 1))].filter((child) => child !== 0);
    const operands = functions.map(signalOf);
    const lut = lutOf([...selectors.map((p) => variables[p]!), ...operands], (address) => {
      const child = children[address & (2 ** selectors.length - 1)]!;
      const place = functions.indexOf(child >> 1);
      return (child & 1) ^ (place < 0 ? 0 : (address >>> (selectors.length + place)) & 1);
    });
    const isWire = lut.inputs.length === 1 && (lut.low & 3) === 2;
    const signal = isWire ? lut.inputs[0]! : emit(lut);
    signals.set(number, signal);
    return signal;
  };
  const outputs = edges.map((edge) => {
    if (edge >> 1 === 0) return emit({ inputs: [], low: edge & 1, high: 0 });
    const signal = signalOf(edge >> 1);
    return (edge & 1) === 0 ? signal : emit({ inputs: [signal], low: 1, high: 0 });
  });
  return cleaned({ inputs, luts, outputs });
}
