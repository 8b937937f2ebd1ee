import { type Location, unknownLocation } from "../diag/diagnostic.js";
import { type AttrValue, buildAttrs } from "./attr.js";
import { Return } from "./builtin.js";
import { Op, Value } from "./op.js";
import type { AnyOpDef, CreateInit } from "./op-def.js";
import type { ValueType } from "./type.js";

/**
 * A list of ops in an order in which every value is made before it is read, ended by one `return`, whose operands
 * are the graph's outputs.
 */
export class Graph {
  readonly name: string;
  readonly #inputs: Value[] = [];
  #first: Op | undefined;
  #last: Op | undefined;
  #version = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Grows with every change; what an analysis computed at another version is stale. */
  get version(): number {
    return this.#version;
  }

  get inputs(): readonly Value[] {
    return this.#inputs;
  }

  /** The operands of `return`; empty while the graph has none. */
  get outputs(): readonly Value[] {
    return this.#last && Return.is(this.#last) ? this.#last.operands : [];
  }

  /** The ops in order, `return` included. The walk survives erasing the op it stands on. */
  *ops(): IterableIterator<Op> {
    for (let op = this.#first; op; ) {
      const next: Op | undefined = op._next;
      yield op;
      op = op._erased ? next : op._next;
    }
  }

  addInput(type: ValueType, name?: string): Value {
    const value = new Value(this, undefined, this.#inputs.length, type, name);
    this.#inputs.push(value);
    this.#version++;
    return value;
  }

  /** Adds an op at the end, or before `init.before`. Result types are inferred. */
  create(
    def: AnyOpDef,
    operands: readonly Value[],
    attrs: Readonly<Record<string, AttrValue>> = {},
    init: CreateInit = {},
  ): Op {
    const op = new Op(this, def, buildAttrs(def.name, def.attrs, attrs), init.loc ?? unknownLocation);
    checkArity(def, operands.length);
    for (const operand of operands) this.#own(operand);
    const types = def.infer({ operands: operands.map((v) => v.type), attrs: op.attrs });
    op._results = types.map((type, i) => new Value(this, op, i, type, init.names?.[i]));
    op._operands = [...operands];
    operands.forEach((value, index) => {
      value._uses.push({ op, index });
    });
    this.#link(op, init.before);
    return op;
  }

  /** Ends the graph, replacing an earlier `return`. */
  setOutputs(values: readonly Value[], loc: Location = unknownLocation): void {
    if (this.#last && Return.is(this.#last)) this.erase(this.#last);
    this.create(Return, values, {}, { loc });
  }

  setOperand(op: Op, index: number, value: Value): void {
    this.#own(value);
    const old = op.operand(index);
    if (old === value) return;
    dropUse(old, op, index);
    op._operands[index] = value;
    value._uses.push({ op, index });
    this.#version++;
  }

  /** Makes every reader of `from` read `to`. */
  replaceAll(from: Value, to: Value): void {
    if (from === to) return;
    for (const use of [...from.uses]) this.setOperand(use.op, use.index, to);
    to.name ??= from.name;
  }

  /** Replaces an op's results one by one and erases it. */
  replaceOp(op: Op, values: readonly Value[]): void {
    if (values.length !== op.results.length)
      throw new RangeError(`\`${op.def.name}\` has ${op.results.length} results`);
    op.results.forEach((result, i) => {
      this.replaceAll(result, values[i]!);
    });
    this.erase(op);
  }

  /** Removes an op. Throws when something still reads it. */
  erase(op: Op): void {
    if (op._erased) throw new Error(`\`${op.def.name}\` is erased already`);
    if (op.results.some((r) => r.uses.length > 0)) throw new Error(`\`${op.def.name}\` still has readers`);
    op.operands.forEach((value, index) => {
      dropUse(value, op, index);
    });
    if (op._prev) op._prev._next = op._next;
    else this.#first = op._next;
    if (op._next) op._next._prev = op._prev;
    else this.#last = op._prev;
    op._erased = true;
    this.#version++;
  }

  /** Changes a value's type without touching its definition. For graph inputs, and for passes that verify after. */
  setType(value: Value, type: ValueType): void {
    this.#own(value);
    value._type = type;
    this.#version++;
  }

  /** Erases every op that nothing reads, from the end. Returns how many went. */
  eraseDead(): number {
    let count = 0;
    for (let op = this.#last; op; ) {
      const previous: Op | undefined = op._prev;
      if (!Return.is(op) && op.results.every((r) => r.uses.length === 0)) {
        this.erase(op);
        count++;
      }
      op = previous;
    }
    return count;
  }

  #own(value: Value): void {
    if (value.graph !== this || value.op?._erased)
      throw new Error(`a value does not belong to graph \`${this.name}\``);
  }

  #link(op: Op, before: Op | undefined): void {
    const anchor = before ?? (this.#last && Return.is(this.#last) && !Return.is(op) ? this.#last : undefined);
    op._next = anchor;
    op._prev = anchor ? anchor._prev : this.#last;
    if (op._prev) op._prev._next = op;
    else this.#first = op;
    if (anchor) anchor._prev = op;
    else this.#last = op;
    this.#version++;
  }
}

function dropUse(value: Value, op: Op, index: number): void {
  const at = value._uses.findIndex((use) => use.op === op && use.index === index);
  value._uses.splice(at, 1);
}

function checkArity(def: AnyOpDef, count: number): void {
  const least = def.operands.filter((o) => o.arity === "one").length;
  const most = def.operands.some((o) => o.arity === "variadic")
    ? Number.POSITIVE_INFINITY
    : def.operands.length;
  if (count < least || count > most) {
    throw new TypeError(
      `\`${def.name}\` takes ${least === most ? least : `${least} to ${most}`} operands, not ${count}`,
    );
  }
}
