import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Constant,
  compareTensors,
  createModule,
  createPassContext,
  type DumpEntry,
  defineFact,
  definePass,
  drawInputs,
  Graph,
  inputDomains,
  type Module,
  numbers,
  type Pass,
  type Phase,
  printModule,
  type Semantics,
  scalar,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { Add, ClipTop, Marked, Neg, Opaque, Throwing } from "./dialect.js";
import { codesOf, errorOf, moduleOf, run } from "./helpers.js";

function pass(
  name: string,
  body: Pass["run"] = () => undefined,
  phase: Phase = "streamline",
  semantics: Semantics = "bit-exact",
): Pass {
  return definePass({ name, summary: "for tests", phase, semantics, run: body });
}

/** Replaces the first `t.neg` by `t.neg(t.add(x, by))`. */
function shift(by: readonly [number, number], elem: "i4" | "f64" = "i4"): Pass["run"] {
  return ({ main }) => {
    const neg = [...main.ops()].find((op) => Neg.is(op))!;
    const x = neg.operand(0);
    const c = Constant.build(main, [], { value: tensorFrom(elem, [2], by) }, { before: neg });
    const sum = Add.build(main, [x, c], {}, { before: neg });
    main.replaceOp(neg, [Neg.build(main, [sum], {}, { before: neg })]);
  };
}

const plain = (): Module => moduleOf("%y = t.neg(%x)", "return %y");

describe("pass manager", () => {
  it("runs by phase, and in the given order inside a phase", async () => {
    const ran: string[] = [];
    const named = (name: string, phase: Phase): Pass => pass(name, () => void ran.push(name), phase);
    const passes = [
      named("d", "schedule"),
      named("b", "quantize"),
      named("c", "quantize"),
      named("a", "canonicalize"),
    ];
    await run(plain(), passes);
    expect(ran).toEqual(["a", "b", "c", "d"]);
    ran.length = 0;
    await run(plain(), passes, { phases: ["quantize", "schedule"] });
    expect(ran).toEqual(["b", "c", "d"]);
    ran.length = 0;
    await run(plain(), passes, { stopAfter: "b" });
    expect(ran).toEqual(["a", "b"]);
    expect((await errorOf(() => run(plain(), passes, { stopAfter: "z" }))).message).toContain(
      "`a`, `b`, `c`, `d`",
    );
  });

  it("refuses bad names and phases at definition", () => {
    expect(() => pass("CamelCase")).toThrow("not kebab-case");
    expect(() => pass("x", undefined, "finish" as Phase)).toThrow("`finish` is no phase");
  });

  it("waits for async passes, times them, and sees what changed", async () => {
    const slow = pass(
      "slow",
      async ({ main }) => {
        await new Promise((done) => setTimeout(done, 20));
        main.setOutputs(main.inputs);
      },
      "streamline",
      "changes-numerics",
    );
    const events: string[] = [];
    await run(plain(), [slow, pass("idle")], {
      beforePass: ({ pass: { name }, index, total }) => events.push(`${name} ${index + 1}/${total}`),
      afterPass: ({ name, changed, durationMs }) => events.push(`${name} ${changed} ${durationMs >= 15}`),
    });
    expect(events).toEqual(["slow 1/2", "slow true true", "idle 2/2", "idle false false"]);
  });

  it("names the pass after which the module is broken", async () => {
    const bad = pass("bad", ({ main }) => main.setType(main.outputs[0]!, tensor("i9", [2])));
    const error = await errorOf(() => run(plain(), [pass("good"), bad]));
    expect(error.diagnostics[0]?.code).toBe("core/verify-after-pass");
    expect(error.message).toContain("after pass `bad`");
    expect(error.diagnostics[0]?.notes[0]).toContain("`t.neg` (type): result 0 is tensor<2xi9>");
  });

  it("blames no pass for a module that was broken before", async () => {
    const module = moduleOf("%y = t.marked(%x) {count = -1}", "return %y");
    expect(await codesOf(() => run(module, [pass("p", shift([0, 0]))]))).toEqual(["core/verify"]);
  });

  it("names the pass that throws, and keeps the cause", async () => {
    const cause = new Error("oh");
    const error = await errorOf(() =>
      run(plain(), [
        pass("thrower", () => {
          throw cause;
        }),
      ]),
    );
    expect(error.diagnostics[0]).toMatchObject({
      code: "core/pass-threw",
      message: "Pass `thrower` threw: oh",
    });
    expect(error.cause).toBe(cause);
    const refusing = pass("refuser", () =>
      run(plain(), [pass("x")], { stopAfter: "y" }).then(() => undefined),
    );
    const passed = await errorOf(() => run(plain(), [refusing]));
    expect(passed.diagnostics[0]).toMatchObject({ code: "core/unknown-pass" });
    expect(passed.diagnostics[0]?.notes.at(-1)).toBe("raised by pass `refuser`");
  });

  it("stops after a pass that reported errors, with all of them, and goes on after warnings", async () => {
    const ran: string[] = [];
    const complains = pass("complains", (_, { diagnostics }) => {
      diagnostics.error("t/one", "One.");
      diagnostics.note("t/note", "Note.");
      diagnostics.error("t/two", "Two.");
    });
    const warns = pass("warns", (_, { diagnostics }) => diagnostics.warning("t/warn", "Warn."));
    const last = pass("last", () => void ran.push("last"));
    expect(await codesOf(() => run(plain(), [complains, last]))).toEqual(["t/one", "t/two"]);
    expect(ran).toEqual([]);
    const ctx = await run(plain(), [warns, last]);
    expect(ran).toEqual(["last"]);
    expect(ctx.diagnostics.all.map((d) => d.severity)).toEqual(["warning"]);
  });

  it("hands facts and progress on", async () => {
    const count = defineFact<number>("count");
    const other = defineFact<number>("count");
    const seen: unknown[] = [];
    await run(
      plain(),
      [
        pass("sets", (_, { facts, progress }) => {
          facts.set(count, 3);
          progress(1, 2, "half");
        }),
        pass("gets", (_, { facts }) => {
          seen.push(facts.get(count), facts.need(count), facts.get(other), facts.has(other));
          expect(() => facts.need(other)).toThrow("the fact `count` is not there yet");
        }),
      ],
      { onProgress: ({ pass: { name }, ...rest }) => seen.push([name, rest]) },
    );
    expect(seen).toEqual([["sets", { done: 1, total: 2, label: "half" }], 3, 3, undefined, false]);
  });
});

describe("dumps", () => {
  const shifting = [pass("idle"), pass("shift-it", shift([1, 0]))];

  it("give the text before the first pass and after each that changed it", async () => {
    const entries: DumpEntry[] = [];
    const module = plain();
    const before = printModule(module);
    await run(module, shifting, { dump: (entry) => entries.push(entry) });
    expect(entries.map((e) => [e.fileName, e.pass?.name])).toEqual([
      ["00-input.gf", undefined],
      ["02-shift-it.gf", "shift-it"],
    ]);
    expect(entries.map((e) => e.text)).toEqual([before, printModule(module)]);
  });

  it("go to files", async () => {
    const parent = mkdtempSync(join(tmpdir(), "gatefold-"));
    const dir = join(parent, "dump");
    expect(existsSync(dir)).toBe(false);
    await run(plain(), shifting, { dump: { dir } });
    expect(readdirSync(dir).sort()).toEqual(["00-input.gf", "02-shift-it.gf"]);
    rmSync(parent, { recursive: true });
  });
});

describe("check: semantics", () => {
  const check = "semantics" as const;

  it("passes what is exact, and what never promised", async () => {
    await run(plain(), [pass("zero", shift([0, 0]))], { check });
    await run(plain(), [pass("one", shift([1, 0]), "prune", "changes-numerics")], { check });
  });

  it("finds one element that is off by one, and says where", async () => {
    const error = await errorOf(() => run(plain(), [pass("one", shift([0, 1]))], { check }));
    expect(error.diagnostics[0]?.code).toBe("core/semantics-broken");
    expect(error.message).toContain("Pass `one` promises bit-exact, and 16 of 16 input rows");
    expect(error.message).toMatch(/row 0: output 0 element 1 is -?\d+ and was/);
  });

  it("finds what differs only at the end of the range", async () => {
    const clip = pass("clip", ({ main }) => {
      // 8 rows of 4096 elements: what is wrong for one code of 2^16 shows at an edge, and hardly ever by chance.
      const [x] = main.inputs;
      main.replaceOp(main.outputs[0]!.op!, [ClipTop.build(main, [x!], {}, { before: main.outputs[0]!.op })]);
    });
    const graph = new Graph("main");
    graph.setOutputs([Marked.build(graph, [graph.addInput(tensor("i16", [2]))])]);
    expect(await codesOf(() => run(createModule("m", graph), [clip], { check }))).toEqual([
      "core/semantics-broken",
    ]);
  });

  it("holds a tolerance to its number", async () => {
    const tolerant = (maxAbsError: number): Pass =>
      pass("near", shift([2, 0]), "streamline", { maxAbsError });
    await run(plain(), [tolerant(2)], { check });
    expect(await codesOf(() => run(plain(), [tolerant(1.99)], { check }))).toEqual(["core/semantics-broken"]);
  });

  it("compares integers exactly and reals within 1e-9", () => {
    const f = (v: number) => scalar("f64", v);
    expect(compareTensors(f(1), f(1 + 1e-10), "bit-exact")).toBeUndefined();
    expect(compareTensors(f(1), f(1 + 1e-8), "bit-exact")).toContain("element 0");
    expect(compareTensors(f(0), f(1e-300), "bit-exact")).toContain("element 0");
    expect(compareTensors(f(Number.NaN), f(Number.NaN), "bit-exact")).toBeUndefined();
    expect(compareTensors(f(Number.POSITIVE_INFINITY), f(1e300), { maxAbsError: 1 })).toContain("element 0");
    expect(compareTensors(scalar("i40", 2 ** 38), scalar("i40", 2 ** 38 - 1), "bit-exact")).toContain(
      "element 0",
    );
    expect(compareTensors(scalar("i40", 2 ** 38), f(2 ** 38 - 1), "bit-exact")).toContain("element 0");
    expect(
      compareTensors(tensorFrom("i4", [2], [0, 1]), tensorFrom("i4", [1, 2], [0, 1]), "bit-exact"),
    ).toContain("shape");
    const wide = (v: bigint) => ({ elem: "u64", shape: [], data: BigUint64Array.of(v) }) as const;
    expect(compareTensors(wide(2n ** 63n), wide(2n ** 63n), "bit-exact")).toBeUndefined();
  });

  it("tells integers beyond 2^53 apart", () => {
    const wide = (v: bigint) => ({ elem: "u64", shape: [], data: BigUint64Array.of(v) }) as const;
    expect(compareTensors(wide(2n ** 63n), wide(2n ** 63n + 1n), "bit-exact")).toContain("element 0");
  });

  it("refuses a change of the network's inputs, and follows head and tail", async () => {
    const retype = pass("retype", ({ main }) => void main.addInput(tensor("i4", [1])));
    expect(await codesOf(() => run(plain(), [retype], { check }))).toEqual(["core/input-type-changed"]);
    const split = pass("split", (module) => {
      const { main } = module;
      const head = new Graph("head");
      head.setOutputs([Neg.build(head, [head.addInput(main.inputs[0]!.type)])]);
      module.head = head;
      module.main = new Graph("main");
      module.main.setOutputs([module.main.addInput(tensor("i5", [2]))]);
    });
    await run(plain(), [split], { check });
  });

  it("says what it could not check", async () => {
    const module = plain();
    const opaque = pass("opaque", ({ main }) => {
      const neg = main.outputs[0]!.op!;
      main.replaceOp(neg, [Opaque.build(main, neg.operands, {}, { before: neg })]);
    });
    const ctx = await run(module, [opaque, pass("after", ({ main }) => main.setOutputs(main.outputs))], {
      check,
    });
    expect(ctx.diagnostics.all.map((d) => [d.code, d.severity])).toEqual([
      ["core/semantics-unchecked", "note"],
      ["core/semantics-unchecked", "note"],
    ]);
    const throwing = pass("throwing", ({ main }) => {
      const neg = main.outputs[0]!.op!;
      main.replaceOp(neg, [Throwing.build(main, neg.operands, {}, { before: neg })]);
    });
    const error = await errorOf(() => run(plain(), [throwing], { check }));
    expect(error.message).toContain("evaluation stops: `t.throwing`: no such number");
  });

  it("takes the caller's rows, and domains from the facts", async () => {
    const one = pass("one", shift([0, 1]));
    const inputs = [[tensorFrom("i4", [2], [1, 2])]];
    expect((await errorOf(() => run(plain(), [one], { check: { inputs } }))).message).toContain(
      "1 of 1 input rows",
    );
    const ctx = createPassContext();
    ctx.facts.set(inputDomains, [{ lo: 0, hi: 1 }]);
    const clip = pass("clip", ({ main }) => {
      const op = main.outputs[0]!.op!;
      main.replaceOp(op, [ClipTop.build(main, main.inputs, {}, { before: op })]);
    });
    const graph = new Graph("main");
    graph.setOutputs([Marked.build(graph, [graph.addInput(tensor("i16", [2]))])]);
    await run(createModule("m", graph), [clip], { check, ctx });
  });
});

describe("drawn inputs", () => {
  const draw = (
    elem: "i16" | "f32" | "bipolar" | "u64",
    constant: number,
    domain?: Parameters<typeof drawInputs>[1]["domains"],
  ) => {
    const graph = new Graph("main");
    const x = graph.addInput(tensor(elem, [50]));
    const c = Constant.build(graph, [], { value: scalar("f64", constant) });
    graph.setOutputs([x, c]);
    return drawInputs(createModule("m", graph), { rows: 16, seed: 3, domains: domain }).map(([t]) => [
      ...numbers(t!),
    ]);
  };

  it("are half uniform, half at the edges", () => {
    const rows = draw("i16", 1000);
    const [even, edge] = [rows.slice(0, 8).flat(), rows.slice(11).flat()];
    expect(new Set(even).size).toBeGreaterThan(350);
    expect([...new Set(edge)].sort((a, b) => a - b)).toEqual([-32768, 0, 999, 1000, 1001, 32767]);
    expect(rows.slice(8, 11).map((row) => [...new Set(row)])).toEqual([[-32768], [32767], [0]]);
  });

  it("are the same for the same seed", () => {
    expect(draw("f32", 5)).toEqual(draw("f32", 5));
  });

  it("stay in the type and in the domain", () => {
    expect(new Set(draw("bipolar", 7).flat())).toEqual(new Set([-1, 1]));
    expect(draw("u64", 7).flat().every(Number.isSafeInteger)).toBe(true);
    const steps = draw("f32", 0.3, [{ lo: 0, hi: 1, step: 1 / 255 }]).flat();
    expect(steps.every((v) => v >= 0 && v <= 1 && Math.abs(v * 255 - Math.round(v * 255)) < 1e-9)).toBe(true);
    expect(Math.max(...draw("f32", 100).flat().map(Math.abs))).toBe(100);
  });
});
