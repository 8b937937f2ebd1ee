import {
  type AnyOpDef,
  type AttrValue,
  evaluateOp,
  InferError,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { f32, flat, number, place, ramp, run, values } from "./run.js";

type Attrs = Readonly<Record<string, AttrValue>>;
const x = ramp([2, 4, 2, 6], 5);
const at = tensorFrom("i64", [2, 2], [1, -1, 0, 1]);

const samples: readonly (readonly [AnyOpDef, readonly Tensor[], Attrs, readonly number[]])[] = [
  [nn.Identity, [x], {}, [2, 4, 2, 6]],
  [nn.Reshape, [x], { shape: [2, -1, 3] }, [2, 16, 3]],
  [nn.Flatten, [x], { axis: 2 }, [8, 12]],
  [nn.Flatten, [x], { axis: -4 }, [1, 96]],
  [nn.Squeeze, [ramp([1, 3, 1])], { axes: [0, -1] }, [3]],
  [nn.Unsqueeze, [x], { axes: [0, -1] }, [1, 2, 4, 2, 6, 1]],
  [nn.Transpose, [x], { perm: [0, 2, 3, 1] }, [2, 2, 6, 4]],
  [nn.Transpose, [x], {}, [6, 2, 4, 2]],
  [nn.Expand, [ramp([3, 1])], { shape: [2, 1, 4] }, [2, 3, 4]],
  [nn.Tile, [x], { repeats: [1, 2, 1, 3] }, [2, 8, 2, 18]],
  [nn.Slice, [x], { starts: [-1, 1], ends: [-100, 5], axes: [3, 1], steps: [-2, 1] }, [2, 3, 2, 3]],
  [nn.Concat, [x, ramp([2, 1, 2, 6]), ramp([2, 3, 2, 6])], { axis: 1 }, [2, 8, 2, 6]],
  [nn.Split, [x], { axis: -1, split: [1, 5] }, [2, 4, 2, 1]],
  [nn.Gather, [x, at], { axis: 1 }, [2, 2, 2, 2, 6]],
  [nn.GatherElements, [f32([2, 2], [1, 2, 3, 4]), at], { axis: 1 }, [2, 2]],
  [nn.GatherND, [ramp([2, 3, 4]), at], {}, [2, 4]],
  [nn.Pad, [x, number(100)], { pads: [0, 1, 0, -1, 0, 0, 2, 1] }, [2, 5, 4, 6]],
  ...(["reflect", "edge", "wrap"] as const).map(
    (mode) => [nn.Pad, [x], { mode, pads: [0, 3, 0, 2, 0, 0, 1, 5] }, [2, 7, 3, 13]] as const,
  ),
  [nn.Resize, [x], { scales: [1, 1, 2, 0.5] }, [2, 4, 4, 3]],
  [nn.DepthToSpace, [x], { blocksize: 2 }, [2, 1, 4, 12]],
  [nn.DepthToSpace, [x], { blocksize: 2, mode: "CRD" }, [2, 1, 4, 12]],
  [nn.SpaceToDepth, [x], { blocksize: 2 }, [2, 16, 1, 3]],
];

describe("the movement trait", () => {
  it("stands on every op here, and every op that has it is here", () => {
    const tried = new Set(samples.map(([def]) => def));
    const has = nn.nnOps.filter((def) => def.interfaces.some((i) => i.key === nn.Movement));
    expect(new Set(has.map((def) => def.name))).toEqual(new Set([...tried].map((def) => def.name)));
  });

  it.each(samples.map((s) => [`${s[0].name} ${JSON.stringify(s[2])}`, ...s] as const))(
    "%s copies the elements that it copies when it is run on indices",
    (_, def, operands, attrs, shape) => {
      const results = run(def, operands, attrs);
      expect(results[0]!.shape).toEqual(shape);
      const isData = (t: Tensor): boolean => t.elem === "f32";
      const data = operands.filter(isData).flatMap(flat);
      let next = 0;
      const indices = operands.map((t) =>
        isData(t)
          ? tensorFrom(
              "i32",
              t.shape,
              flat(t).map(() => next++),
            )
          : t,
      );
      const where = evaluateOp(place(def, indices, attrs), indices);
      results.forEach((result, r) => {
        expect(flat(where[r]!).map((i) => data[i])).toEqual(flat(result));
      });
    },
  );
});

describe("movement by hand", () => {
  const row = f32([5], [0, 1, 2, 3, 4]);
  it("slices as Python does", () => {
    const slice = (start: number, end: number, step: number) =>
      values(nn.Slice, [row], { starts: [start], ends: [end], steps: [step] });
    expect(slice(1, 4, 1)).toEqual([1, 2, 3]);
    expect(slice(-2, 100, 1)).toEqual([3, 4]);
    expect(slice(4, -100, -2)).toEqual([4, 2, 0]);
    expect(slice(100, 0, -3)).toEqual([4, 1]);
    expect(slice(3, 3, 1)).toEqual([]);
  });
  it("pads by mode", () => {
    const pad = (mode: string, ...pads: number[]) => values(nn.Pad, [row], { mode, pads });
    expect(pad("edge", 2, 1)).toEqual([0, 0, 0, 1, 2, 3, 4, 4]);
    expect(pad("reflect", 2, 1)).toEqual([2, 1, 0, 1, 2, 3, 4, 3]);
    expect(pad("wrap", 2, 1)).toEqual([3, 4, 0, 1, 2, 3, 4, 0]);
    expect(values(nn.Pad, [row, number(9)], { pads: [-1, 1] })).toEqual([1, 2, 3, 4, 9]);
  });
  it("(C3) takes a value in constant mode only", () => {
    expect(() => run(nn.Pad, [row], { pads: [1, 1] })).toThrow("(C3)");
    expect(() => run(nn.Pad, [row, number(1)], { pads: [1, 1], mode: "edge" })).toThrow("(C3)");
  });
  it("moves integers of 64 bits as they are", () => {
    const big = { elem: "i64", shape: [2], data: BigInt64Array.of(2n ** 62n + 1n, -1n) } as const;
    expect([...run(nn.Concat, [big, big], { axis: 0 })[0]!.data].slice(1, 3)).toEqual([-1n, 2n ** 62n + 1n]);
    expect([...run(nn.Slice, [big], { starts: [0], ends: [1] })[0]!.data]).toEqual([2n ** 62n + 1n]);
  });
  it("reshapes whole batches by a shape without -1", () => {
    const op = place(nn.Reshape, [ramp([1, 2, 6])], { shape: [1, 12] });
    expect(evaluateOp(op, [ramp([3, 2, 6])])[0]!.shape).toEqual([3, 12]);
    expect(() => evaluateOp(op, [ramp([3, 2, 5])])).toThrow("(C2)");
  });
  it("undoes a space-to-depth by a depth-to-space", () => {
    const packed = run(nn.SpaceToDepth, [x], { blocksize: 2 });
    expect(values(nn.DepthToSpace, packed, { blocksize: 2 })).toEqual(flat(x));
  });
  it.each([
    [nn.Reshape, [x], { shape: [-1, -1] }, "(C1)"],
    [nn.Reshape, [x], { shape: [7] }, "(C2)"],
    [nn.Squeeze, [x], { axes: [0] }, "(C2)"],
    [nn.Unsqueeze, [x], { axes: [1, 1] }, "(C1)"],
    [nn.Transpose, [x], { perm: [0, 1, 2, 2] }, "(C1)"],
    [nn.Expand, [x], { shape: [5] }, "(C1)"],
    [nn.Slice, [x], { starts: [0], ends: [1], steps: [0] }, "(C3)"],
    [nn.Concat, [x, ramp([2, 4, 2, 5])], { axis: 0 }, "(C3)"],
    [nn.Concat, [x, at], { axis: 0 }, "(C2)"],
    [nn.Split, [x], { axis: 1, split: [1, 2] }, "(C2)"],
    [nn.Gather, [x, x], {}, "(C2)"],
    [nn.DepthToSpace, [x], { blocksize: 3 }, "(C2)"],
    [nn.Resize, [x], {}, "(C1)"],
  ] as const)("%# rejects by label", (def, operands, attrs, label) => {
    expect(() => place(def, operands, attrs)).toThrow(label);
    expect(() => place(def, operands, attrs)).toThrow(InferError);
  });
});
