import type { AttrSchema, AttrsInit, AttrsOf } from "../ir/attr.js";
import { Constant, Return } from "../ir/builtin.js";
import type { Graph } from "../ir/graph.js";
import type { Op, Value } from "../ir/op.js";
import type { CreateInit, OpDef, TypedOp } from "../ir/op-def.js";
import type { Tensor } from "../ir/tensor-data.js";
import type { PassContext } from "./pass.js";

/** What a pattern changes its graph through. One rewriter serves one visit of one op. */
export class Rewriter {
  readonly graph: Graph;
  /** The op that the pattern looks at. */
  readonly op: Op;
  readonly ctx: PassContext;
  /** @internal */ readonly _touched: Op[] = [];
  /** @internal */ _missed: string | undefined;

  /** @internal */
  constructor(op: Op, ctx: PassContext) {
    this.graph = op.graph;
    this.op = op;
    this.ctx = ctx;
  }

  /** Creates an op before the visited one (or `init.before`), with its location unless another is given. */
  create<S extends AttrSchema>(
    def: OpDef<S>,
    operands: readonly Value[],
    attrs?: AttrsInit<S>,
    init: CreateInit = {},
  ): TypedOp<AttrsOf<S>> {
    const made = def.create(this.graph, operands, attrs, { before: this.op, loc: this.op.loc, ...init });
    this._touched.push(made);
    return made;
  }

  /** `create`, for ops of one result. */
  build<S extends AttrSchema>(
    def: OpDef<S>,
    operands: readonly Value[],
    attrs?: AttrsInit<S>,
    init: CreateInit = {},
  ): Value {
    const { results } = this.create(def, operands, attrs, init);
    if (results.length !== 1) throw new TypeError(`\`${def.name}\` does not have one result`);
    return results[0]!;
  }

  constant(value: Tensor, init: CreateInit = {}): Value {
    return this.build(Constant, [], { value }, init);
  }

  /** Replaces an op's results one by one and erases it. */
  replace(op: Op, values: readonly Value[]): void {
    this.#touchAround(op);
    this.graph.replaceOp(op, values);
  }

  setOperand(op: Op, index: number, value: Value): void {
    this.#touchAround(op);
    this.graph.setOperand(op, index, value);
    this._touched.push(op);
  }

  /** Records why a near match is none. Gives `undefined`, so that a pattern can return it. */
  missed(why: string): undefined {
    this._missed = why;
  }

  #touchAround(op: Op): void {
    for (const value of op.operands) if (value.op) this._touched.push(value.op);
    for (const value of op.results) for (const use of value.uses) this._touched.push(use.op);
  }
}

/** Whether nothing reads an op, so that it may go. */
export function isDead(op: Op): boolean {
  return !Return.is(op) && op.results.every((result) => result.uses.length === 0);
}

/** Erases the op if nothing reads it, then what only it read. Gives what read less than before and still stands. */
export function eraseDeadFrom(op: Op): Op[] {
  const standing: Op[] = [];
  const stack = [op];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.erased) continue;
    if (!isDead(top)) {
      standing.push(top);
      continue;
    }
    const producers = top.operands.flatMap((v) => (v.op ? [v.op] : []));
    top.graph.erase(top);
    stack.push(...producers);
  }
  return standing;
}
