import type { Location } from "../diag/diagnostic.js";
import type { AttrValue } from "./attr.js";
import type { Graph } from "./graph.js";
import type { AnyOpDef } from "./op-def.js";
import type { ValueType } from "./type.js";

/** One read of a value: operand `index` of `op`. */
export interface Use {
  readonly op: Op;
  readonly index: number;
}

/** A tensor or stream that flows: one definition, any number of readers. Changed only through `Graph`. */
export class Value {
  readonly graph: Graph;
  /** The op that makes the value; `undefined` for a graph input. */
  readonly op: Op | undefined;
  /** Which result of `op`, or which input of the graph. */
  readonly index: number;
  /** A hint for printing; need not be unique. */
  name: string | undefined;
  /** @internal */ _type: ValueType;
  /** @internal */ readonly _uses: Use[] = [];

  /** @internal */
  constructor(graph: Graph, op: Op | undefined, index: number, type: ValueType, name: string | undefined) {
    this.graph = graph;
    this.op = op;
    this.index = index;
    this._type = type;
    this.name = name;
  }

  get type(): ValueType {
    return this._type;
  }

  get uses(): readonly Use[] {
    return this._uses;
  }

  /** The only reader; `undefined` when there are none or several. */
  get onlyReader(): Op | undefined {
    return this._uses.length === 1 ? this._uses[0]!.op : undefined;
  }
}

/** One operation of a graph. Attributes are frozen; operands change only through `Graph`. */
export class Op {
  readonly def: AnyOpDef;
  readonly graph: Graph;
  readonly attrs: Readonly<Record<string, AttrValue>>;
  readonly loc: Location;
  /** @internal */ _operands: Value[] = [];
  /** @internal */ _results: Value[] = [];
  /** @internal */ _prev: Op | undefined;
  /** @internal */ _next: Op | undefined;
  /** @internal */ _erased = false;

  /** @internal */
  constructor(graph: Graph, def: AnyOpDef, attrs: Readonly<Record<string, AttrValue>>, loc: Location) {
    this.graph = graph;
    this.def = def;
    this.attrs = attrs;
    this.loc = loc;
  }

  get operands(): readonly Value[] {
    return this._operands;
  }

  get results(): readonly Value[] {
    return this._results;
  }

  /** Operand `index`; throws when there is none. */
  operand(index: number): Value {
    const value = this._operands[index];
    if (!value) throw new RangeError(`\`${this.def.name}\` has no operand ${index}`);
    return value;
  }

  /** Result `index`; throws when there is none. */
  result(index = 0): Value {
    const value = this._results[index];
    if (!value) throw new RangeError(`\`${this.def.name}\` has no result ${index}`);
    return value;
  }

  get erased(): boolean {
    return this._erased;
  }
}
