import { DiagnosticError } from "../diag/diagnostic.js";
import { missedRewrite, patternBrokeProtocol, patternNoFixpoint } from "../diagnostics.js";
import type { AttrSchema, AttrsOf } from "../ir/attr.js";
import type { Graph } from "../ir/graph.js";
import type { Op } from "../ir/op.js";
import type { AnyOpDef, OpDef, TypedOp } from "../ir/op-def.js";
import { definePass, type Pass, type PassContext, type Phase, type Semantics } from "./pass.js";
import { eraseDeadFrom, Rewriter } from "./rewriter.js";

/** A local rewrite. */
export interface Pattern {
  /** Ops that it looks at; all ops when left out. */
  readonly ops?: readonly AnyOpDef[];
  /**
   * `true` after it changed the graph; `undefined` (or `false`) when the op is not its business, with the graph as
   * it was. A near match says `return rw.missed("why")`.
   */
  rewrite(op: Op, rw: Rewriter): boolean | undefined;
}

/** A pattern for ops of one definition, with its attributes known by type. */
export function definePattern<S extends AttrSchema>(
  def: OpDef<S>,
  rewrite: (op: TypedOp<AttrsOf<S>>, rw: Rewriter) => boolean | undefined,
): Pattern {
  return { ops: [def as AnyOpDef], rewrite: (op, rw) => (def.is(op) ? rewrite(op, rw) : undefined) };
}

export interface PatternPassInit {
  readonly name: string;
  readonly summary: string;
  readonly phase: Phase;
  readonly semantics: Semantics;
  readonly patterns: readonly Pattern[];
  /** Rewrites after which the pass gives up with an error; 1000 and 50 per op unless told otherwise. */
  readonly maxRewrites?: number;
}

/** Ops to visit, in the order in which they came; an op stands in it once. */
class Worklist {
  readonly #ops = new Set<Op>();

  push(ops: Iterable<Op>): void {
    for (const op of ops) if (!op.erased) this.#ops.add(op);
  }

  shift(): Op | undefined {
    for (const op of this.#ops) {
      this.#ops.delete(op);
      return op;
    }
    return undefined;
  }
}

/** Applies patterns to one graph until none fires. Gives the near misses that remain. */
class Driver {
  readonly #init: PatternPassInit;
  readonly #graph: Graph;
  readonly #ctx: PassContext;
  readonly #work = new Worklist();
  readonly #misses = new Map<Op, Map<Pattern, string>>();
  readonly #limit: number;
  #rewrites = 0;

  constructor(init: PatternPassInit, graph: Graph, ctx: PassContext) {
    this.#init = init;
    this.#graph = graph;
    this.#ctx = ctx;
    this.#limit = init.maxRewrites ?? 1000 + 50 * [...graph.ops()].length;
  }

  /** A sweep over all ops follows each round, since a pattern may have changed what the worklist did not see. */
  run(): ReadonlyMap<Op, ReadonlyMap<Pattern, string>> {
    for (let before = -1; before !== this.#rewrites; ) {
      before = this.#rewrites;
      this.#graph.eraseDead();
      this.#work.push(this.#graph.ops());
      for (let op = this.#work.shift(); op; op = this.#work.shift()) {
        if (op.erased) continue;
        const standing = eraseDeadFrom(op);
        if (op.erased) this.#work.push(standing);
        else this.#visit(op);
      }
    }
    return this.#misses;
  }

  #visit(op: Op): void {
    for (const pattern of this.#init.patterns) {
      if (pattern.ops && !pattern.ops.includes(op.def)) continue;
      const { version } = this.#graph;
      const rw = new Rewriter(op, this.#ctx);
      const around = neighbours(op);
      const fired = pattern.rewrite(op, rw) === true;
      if (fired !== (this.#graph.version !== version)) throw patternBrokeProtocol(op, fired);
      if (!fired) {
        this.#note(op, pattern, rw._missed);
        continue;
      }
      if (++this.#rewrites > this.#limit) {
        throw new DiagnosticError([patternNoFixpoint(this.#init.name, this.#limit, op)]);
      }
      this.#misses.delete(op);
      const touched = [op, ...around, ...rw._touched, ...rw._touched.flatMap(neighbours)];
      for (const each of touched) this.#work.push(eraseDeadFrom(each));
      return;
    }
  }

  #note(op: Op, pattern: Pattern, why: string | undefined): void {
    if (why === undefined) {
      this.#misses.get(op)?.delete(pattern);
      return;
    }
    const ofOp = this.#misses.get(op) ?? new Map<Pattern, string>();
    ofOp.set(pattern, why);
    this.#misses.set(op, ofOp);
  }
}

function neighbours(op: Op): Op[] {
  return [
    ...op.operands.flatMap((v) => (v.op ? [v.op] : [])),
    ...op.results.flatMap((v) => v.uses.map((use) => use.op)),
  ];
}

/**
 * A pass that applies patterns to the main graph, greedily and in the order of the list, until none fires; ops that
 * nothing reads any more go. Near misses become notes. Throws `DiagnosticError` when the patterns don't come to an
 * end.
 */
export function definePatternPass(init: PatternPassInit): Pass {
  const { name, summary, phase, semantics } = init;
  return definePass({
    name,
    summary,
    phase,
    semantics,
    run: (module, ctx) => {
      for (const [op, reasons] of new Driver(init, module.main, ctx).run()) {
        if (op.erased) continue;
        for (const why of reasons.values()) ctx.diagnostics.report(missedRewrite(name, op, why));
      }
    },
  });
}
