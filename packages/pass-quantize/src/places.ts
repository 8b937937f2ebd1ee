import {
  constantOf,
  type Graph,
  type InterfaceTable,
  isInt,
  numbers,
  type Op,
  Return,
  type Tensor,
  tensorFrom,
  type Use,
  type Value,
} from "@gatefold/core";
import { Elementwise, type ElementwiseModel, Grid, Movement, Weighted } from "@gatefold/dialect-nn";

/** A value that needs a quantizer, and who is to read what it gives. */
export interface Place {
  readonly value: Value;
  readonly readers: readonly Use[];
  /** Whether it is an input of the network, with nothing but elementwise ops and movement behind it. */
  readonly isInput: boolean;
}

/** Where quantizers of activations go. */
export interface Placement {
  readonly places: readonly Place[];
  /** Places whose values meet in one sum, so that their scales have to be multiples of each other. */
  readonly groups: readonly (readonly Place[])[];
}

/**
 * Finds the values in front of everything that computes on integers: layers with weights, pools, sums of two streams.
 * Chains of elementwise ops stay real up to their end, since streamlining makes one step of them; what only moves elements, or
 * takes the largest, keeps the grid of its operand, so that the quantizer stands before it. Values that stand on a grid already
 * (integer inputs, quantizers of the network) get none.
 */
export function placeQuantizers(graph: Graph, interfaces: InterfaceTable): Placement {
  return new Placer(graph, interfaces).placement();
}

interface OpenPlace extends Place {
  readonly readers: Use[];
}

/** What an op does to the values that depend on the network's inputs. */
type Role = "layer" | "pool" | "join" | "carrier" | "chain" | "other";

class Placer {
  readonly #graph: Graph;
  readonly #interfaces: InterfaceTable;
  /** Values that depend on an input. */
  readonly #data = new Set<Value>();
  /** For each of them, the value that its elementwise chain begins with. */
  readonly #roots = new Map<Value, Value>();
  readonly #onGrid = new Set<Value>();
  /** Inputs, and what elementwise ops and movement make of them alone. */
  readonly #raw = new Set<Value>();
  readonly #places = new Map<Value, OpenPlace>();
  readonly #beneath = new Map<Op, readonly OpenPlace[]>();
  readonly #groupOf = new Map<OpenPlace, Set<OpenPlace>>();

  constructor(graph: Graph, interfaces: InterfaceTable) {
    this.#graph = graph;
    this.#interfaces = interfaces;
  }

  placement(): Placement {
    for (const input of this.#graph.inputs) {
      this.#enter(input, isInt(input.type.elem), input);
      this.#raw.add(input);
    }
    for (const op of this.#graph.ops()) this.#follow(op);
    for (const op of this.#graph.ops()) {
      const role = this.#role(op);
      if (role === "layer" || role === "pool" || role === "join") this.#requireAll(op, role === "join");
    }
    const groups = new Set([...this.#groupOf.values()].filter((group) => group.size > 1));
    return { places: [...this.#places.values()], groups: [...groups].map((group) => [...group]) };
  }

  #enter(value: Value, onGrid: boolean, root: Value): void {
    this.#data.add(value);
    this.#roots.set(value, root);
    if (onGrid) this.#onGrid.add(value);
  }

  /** Indices of the operands that depend on an input. */
  #dataOperands(op: Op): readonly number[] {
    return [...op.operands.keys()].filter((i) => this.#data.has(op.operand(i)));
  }

  #role(op: Op): Role {
    const { def } = op;
    const data = this.#dataOperands(op);
    if (Return.is(op) || data.length === 0) return "other";
    if (this.#interfaces.get(def, Weighted)?.matrix(op)) return "layer";
    const grid = this.#interfaces.get(def, Grid)?.results;
    if (grid === "same" || grid === "sums") return "pool";
    if (this.#interfaces.get(def, Movement)) return "carrier";
    if (!this.#interfaces.get(def, Elementwise)) return "other";
    const roots = new Set(data.map((i) => this.#roots.get(op.operand(i))));
    return roots.size > 1 ? "join" : "chain";
  }

  /** Enters an op's results. */
  #follow(op: Op): void {
    const data = this.#dataOperands(op);
    if (data.length === 0 || Return.is(op)) return;
    const role = this.#role(op);
    const onGrid = this.#keepsGrid(op, role, data);
    const passes = role === "chain" || role === "carrier";
    const isRaw = passes && data.every((i) => this.#raw.has(op.operand(i)));
    for (const result of op.results) {
      const root = role === "chain" && !onGrid ? this.#roots.get(op.operand(data[0]!))! : result;
      this.#enter(result, onGrid || isInt(result.type.elem), root);
      if (isRaw) this.#raw.add(result);
    }
  }

  #keepsGrid(op: Op, role: Role, data: readonly number[]): boolean {
    const grid = this.#interfaces.get(op.def, Grid)?.results;
    if (grid === "own") return true;
    if (!data.every((i) => this.#onGrid.has(op.operand(i)))) return false;
    if (role === "carrier" || grid === "same") return true;
    const [index, second] = data;
    if (role !== "chain" || index === undefined || second !== undefined) return false;
    return scalesGrid(op, this.#interfaces.get(op.def, Elementwise)!, index);
  }

  #requireAll(op: Op, together: boolean): void {
    const places = this.#dataOperands(op).flatMap((index) => this.#require(op, index));
    if (together) this.#join(places);
  }

  /** Has a quantizer stand before operand `index`. Gives the places that the operand comes from. */
  #require(op: Op, index: number): readonly OpenPlace[] {
    const value = op.operand(index);
    if (this.#onGrid.has(value)) return [];
    const maker = value.op;
    if (maker && this.#carries(maker)) return this.#requireBeneath(maker);
    const place = this.#places.get(value) ?? { value, readers: [], isInput: this.#raw.has(value) };
    this.#places.set(value, place);
    place.readers.push({ op, index });
    return [place];
  }

  #carries(op: Op): boolean {
    return this.#role(op) === "carrier" || this.#interfaces.get(op.def, Grid)?.results === "same";
  }

  #requireBeneath(op: Op): readonly OpenPlace[] {
    const known = this.#beneath.get(op);
    if (known) return known;
    const places = this.#dataOperands(op).flatMap((index) => this.#require(op, index));
    this.#beneath.set(op, places);
    this.#join(places);
    return places;
  }

  #join(places: readonly OpenPlace[]): void {
    const all = new Set(places.flatMap((place) => [...(this.#groupOf.get(place) ?? [place])]));
    for (const place of all) this.#groupOf.set(place, all);
  }
}

/** Whether an op multiplies codes by one number, and adds codes at most: what it gives is codes times a scale again. */
function scalesGrid(op: Op, model: ElementwiseModel, index: number): boolean {
  const constants = op.operands.map((v) => constantOf(v));
  const gain = model.gain?.(op, index, constants);
  if (!gain || constants.some((tensor, i) => tensor === undefined && i !== index)) return false;
  const step = Number(gain.data[0]);
  if (step === 0 || !Array.from(numbers(gain)).every((g) => g === step)) return false;
  const { elem, shape } = op.operand(index).type;
  const zeros = tensorFrom(elem, shape, new Float64Array(shape.reduce((all, d) => all * d, 1)));
  const operands = constants.map((tensor, i) => (i === index ? zeros : tensor!));
  const offsets = numbers(op.def.evaluate!(operands as Tensor[], op.attrs as never)[0]!);
  return isInt(elem)
    ? Array.from(offsets).every((v) => Number.isInteger(v / step))
    : Array.from(offsets).every((v) => v === 0);
}
