import {
  Constant,
  constantOf,
  definePattern,
  definePatternPass,
  numbers,
  type Pass,
  type Pattern,
  printGraph,
  tensorFrom,
  verifyModule,
} from "@gatefold/core";
import { graphOf, tensorType } from "@gatefold/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Add, Marked, Neg } from "./dialect.js";
import { codesOf, errorOf, moduleOf, run } from "./helpers.js";

function patternPass(patterns: readonly Pattern[], maxRewrites?: number): Pass {
  const more = maxRewrites === undefined ? {} : { maxRewrites };
  return definePatternPass({
    name: "p",
    summary: "s",
    phase: "canonicalize",
    semantics: "bit-exact",
    patterns,
    ...more,
  });
}

/** `neg(neg(x))` → `x`, where the types agree. */
const negNeg = definePattern(Neg, (op, rw) => {
  const inner = Neg.match(op.operand(0));
  if (!inner) return undefined;
  const [x] = inner.operands;
  if (x!.type.elem !== op.result().type.elem) return rw.missed("the outer type is wider");
  rw.replace(op, [x!]);
  return true;
});

/** `marked(x)` → `x`. */
const unmark = definePattern(Marked, (op, rw) => {
  rw.replace(op, [op.operand(0)]);
  return true;
});

/** `add(c, d)` → the constant. */
const foldAdd = definePattern(Add, (op, rw) => {
  const [a, b] = op.operands.map(constantOf);
  if (!a || !b) return undefined;
  const { elem, shape } = op.result().type;
  rw.replace(op, [
    rw.constant(
      tensorFrom(
        elem,
        shape,
        Array.from(numbers(a), (v, i) => v + numbers(b)[i]!),
      ),
    ),
  ]);
  return true;
});

describe("pattern pass", () => {
  it("comes to a fixpoint: what one rewrite makes possible happens too", async () => {
    const module = moduleOf(
      "%c = core.constant() {value = dense<tensor<2xi4>, [1, 2]>}",
      "%d = t.marked(%c)",
      "%e = t.add(%c, %d)",
      "%f = t.add(%d, %e)",
      "return %f",
    );
    await run(module, [patternPass([foldAdd, unmark])], { check: "semantics" });
    expect(printGraph(module.main)).toBe(
      'graph "main"(%x: tensor<2xi4>) {\n  %f = core.constant() {value = dense<tensor<2xi6>, [3, 6]>} : tensor<2xi6>\n  return %f\n}\n',
    );
  });

  it("reaches it also when a pattern changes the graph behind the rewriter's back", async () => {
    const sneaky: Pattern = {
      ops: [Constant],
      rewrite: (op, rw) => {
        const far = [...rw.graph.ops()].find((other) => Marked.is(other) && other.attrs["count"] === 3);
        if (!far) return undefined;
        const again = Marked.build(rw.graph, far.operands, { count: 4 }, { before: far });
        rw.graph.replaceOp(far, [again]);
        return op !== undefined;
      },
    };
    const only4 = definePattern(Marked, (op, rw) => {
      if (op.attrs.count !== 4) return undefined;
      rw.replace(op, [op.operand(0)]);
      return true;
    });
    const module = moduleOf(
      "%m = t.marked(%x)",
      "%c = core.constant() {value = dense<tensor<2xi4>, [1, 2]>}",
      "return %m, %c",
    );
    await run(module, [patternPass([only4, sneaky])]);
    expect([...module.main.ops()].map((op) => op.def.name)).toEqual(["core.constant", "core.return"]);
  });

  it("erases what nothing reads, so that single readers are single", async () => {
    const seen: number[] = [];
    const look = definePattern(Neg, (op) => {
      seen.push(op.operand(0).uses.length);
      return undefined;
    });
    await run(moduleOf("%a = t.neg(%x)", "%b = t.marked(%x)", "%c = t.marked(%b)", "return %a"), [
      patternPass([look]),
    ]);
    expect(seen).toEqual([1]);
  });

  it("keeps valid graphs valid on random graphs, and has nothing left to do", async () => {
    const graphs = graphOf([{ def: Add }, { def: Neg }, { def: Marked }], {
      inputType: tensorType(fc.constant("i4"), { maxRank: 1, maxSize: 2 }),
      maxOps: 12,
    });
    await fc.assert(
      fc.asyncProperty(graphs, async (main) => {
        const module = { name: "m", main, head: undefined, tail: undefined };
        const all = patternPass([negNeg, unmark, foldAdd]);
        await run(module, [all], { check: { rows: 4 } });
        expect(verifyModule(module)).toEqual([]);
        expect([...main.ops()].some((op) => Marked.is(op))).toBe(false);
        const { version } = main;
        await run(module, [all]);
        expect(main.version).toBe(version);
      }),
    );
  });

  it("reports near misses that remain, once, and forgets those that came to fire", async () => {
    const module = moduleOf(
      "%a = t.neg(%x)",
      '%b = t.neg(%a) @"n.onnx":"B"',
      "%m = t.marked(%b)",
      "return %m",
    );
    const { diagnostics } = await run(module, [patternPass([negNeg, unmark])]);
    expect(diagnostics.all).toEqual([
      {
        code: "core/missed-rewrite",
        severity: "note",
        message: "`p` leaves `t.neg`: the outer type is wider.",
        loc: { file: "n.onnx", node: "B" },
        notes: [],
      },
    ]);
    let first = true;
    const shy = definePattern(Marked, (op, rw) => {
      if (first) {
        first = false;
        return rw.missed("not yet");
      }
      rw.replace(op, [op.operand(0)]);
      return true;
    });
    const again = moduleOf("%m = t.marked(%x)", "%n = t.marked(%m)", "return %n");
    expect((await run(again, [patternPass([shy])])).diagnostics.all).toEqual([]);
  });

  it("gives up with an error when patterns undo each other", async () => {
    const forth = definePattern(Marked, (op, rw) => {
      rw.replace(op, [rw.build(Marked, op.operands, { count: op.attrs.count === 1 ? 2 : 1 })]);
      return true;
    });
    const error = await errorOf(() =>
      run(moduleOf('%m = t.marked(%x) @:"N"', "return %m"), [patternPass([forth], 50)]),
    );
    expect(error.diagnostics[0]).toMatchObject({ code: "core/pattern-no-fixpoint", loc: { node: "N" } });
    expect(error.message).toContain("Pass `p` does not come to an end: it gave up after 50 rewrites");
  });

  it("finds patterns that say one thing and do another", async () => {
    const liar = definePattern(Marked, () => true);
    const secret = definePattern(Marked, (op, rw) => {
      rw.build(Marked, op.operands);
      return undefined;
    });
    const module = () => moduleOf("%m = t.marked(%x)", "return %m");
    expect((await errorOf(() => run(module(), [patternPass([liar])]))).message).toContain(
      "said that it changed the graph",
    );
    expect((await errorOf(() => run(module(), [patternPass([secret])]))).message).toContain(
      "did not return true, at %m = t.marked(%x)",
    );
    expect(await codesOf(() => run(module(), [patternPass([secret])]))).toEqual(["core/pass-threw"]);
  });

  it("gives new ops the place and the location of the old", async () => {
    const swap = definePattern(Marked, (op, rw) => {
      if (op.attrs.count === 9) return undefined;
      const made = rw.create(Marked, op.operands, { ...op.attrs, count: 9 });
      expect(made.loc).toEqual({ node: "N" });
      rw.setOperand(op.result().onlyReader!, 0, made.result());
      return true;
    });
    const module = moduleOf('%m = t.marked(%x) @:"N"', "%n = t.neg(%m)", "return %n");
    await run(module, [patternPass([swap])]);
    expect([...module.main.ops()].map((op) => op.def.name)).toEqual(["t.marked", "t.neg", "core.return"]);
  });
});
