import {
  type AnyOpDef,
  type AttrValue,
  evaluateOp,
  InterfaceTable,
  makeTensor,
  numbers,
  opTable,
  parseModule,
  type Tensor,
} from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { flat, place, ramp } from "./run.js";

type Attrs = Readonly<Record<string, AttrValue>>;

const layers: readonly (readonly [
  title: string,
  def: AnyOpDef,
  operands: readonly Tensor[],
  attrs: Attrs,
])[] = [
  ["matmul", nn.MatMul, [ramp([2, 3, 4]), ramp([4, 5])], {}],
  ["matmul of a vector", nn.MatMul, [ramp([4]), ramp([4, 5])], {}],
  ["gemm", nn.Gemm, [ramp([3, 4]), ramp([4, 5])], {}],
  ["turned gemm", nn.Gemm, [ramp([3, 4]), ramp([5, 4]), ramp([5])], { trans_b: true }],
  ["convolution", nn.Conv, [ramp([1, 3, 5, 5]), ramp([4, 3, 2, 3])], {}],
  ["convolution in groups", nn.Conv, [ramp([2, 4, 5, 5]), ramp([6, 2, 3, 3]), ramp([6])], { group: 2 }],
  [
    "convolution with channels last",
    nn.Conv,
    [ramp([1, 5, 5, 3]), ramp([4, 3, 3, 2])],
    { layout: "channels_last" },
  ],
  ["transposed convolution", nn.ConvTranspose, [ramp([1, 3, 4, 4]), ramp([3, 2, 2, 2])], { strides: [2, 2] }],
  ["transposed convolution in groups", nn.ConvTranspose, [ramp([1, 4, 4]), ramp([4, 3, 2])], { group: 2 }],
  [
    "transposed convolution with channels last",
    nn.ConvTranspose,
    [ramp([1, 4, 4, 3]), ramp([3, 2, 2, 2])],
    { layout: "channels_last" },
  ],
];

describe("weight matrices", () => {
  it.each(layers)(
    "of a %s: each element moves the results of its row, and of no other",
    (_, def, operands, attrs) => {
      const op = place(def, operands, attrs);
      const matrix = new InterfaceTable().get(def, nn.Weighted)!.matrix(op)!;
      const weights = operands[matrix.operand]!;
      const before = flat(evaluateOp(op, operands)[0]!);
      const { shape } = op.result().type;
      const axis = (matrix.resultAxis! + shape.length) % shape.length;
      const inner = shape.slice(axis + 1).reduce((all, d) => all * d, 1);
      expect(shape[axis]).toBe(matrix.rows);
      const seen = new Set<number>();
      for (let row = 0; row < matrix.rows; row++) {
        for (let column = 0; column < matrix.columns; column++) {
          const at = matrix.at(row, column);
          seen.add(at);
          const data = Float64Array.from(numbers(weights));
          data[at]! += 1;
          const moved = operands.map((t, i) =>
            i === matrix.operand ? makeTensor(t.elem, t.shape, data) : t,
          );
          const after = flat(evaluateOp(op, moved)[0]!);
          const rows = after.flatMap((v, i) =>
            v === before[i] ? [] : [Math.floor(i / inner) % matrix.rows],
          );
          expect([...new Set(rows)]).toEqual([row]);
        }
      }
      expect(seen.size).toBe(weights.data.length);
    },
  );

  it("has none for products that are no matrix of weights", () => {
    const op = place(nn.MatMul, [ramp([2, 3, 4]), ramp([2, 4, 5])]);
    expect(new InterfaceTable().get(nn.MatMul, nn.Weighted)!.matrix(op)).toBeUndefined();
  });
});

describe("constant weights", () => {
  const text = `module "net" {
  main(%x: tensor<1x2xf32>, %y: tensor<2x2xf32>) {
    %w1 = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>}
    %w2 = core.constant() {value = dense<tensor<3x2xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>}
    %w3 = core.constant() {value = dense<tensor<2x2xi4>, [1, -2, 3, 4]>}
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %a = nn.matmul(%x, %w1) @"net.onnx":"plain"
    %t = nn.transpose(%w2) {perm = [1, 0]}
    %q = nn.quant(%t, %one, %zero, %bits)
    %b = nn.gemm(%a, %q) {trans_b = true} @"net.onnx":"quantized"
    %d = nn.dequantize(%w3, %one, %zero)
    %c = nn.matmul(%b, %d) @"net.onnx":"codes"
    %e = nn.matmul(%c, %y) @"net.onnx":"computed"
    return %e
  }
}`;
  const read = (): readonly nn.ConstantWeights[] => {
    const module = parseModule(text, { ops: opTable(nn.nnOps) });
    return nn.constantWeights(module, new InterfaceTable());
  };

  it("are found behind quantizers and movement, and say which they are", () => {
    expect(read().map(({ name, quantized }) => [name, quantized])).toEqual([
      ["plain", false],
      ["quantized", true],
      ["codes", true],
    ]);
  });

  it("stand in the order of the matrix, with their places in the constant", () => {
    const [plain, quantized] = read();
    expect([...plain!.values]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...plain!.places]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...quantized!.values]).toEqual([1, 3, 5, 2, 4, 6]);
  });
});

describe("grids", () => {
  it("of what takes the largest are the operand's; averages are sums of codes; quantizers have their own", () => {
    const kinds = (defs: readonly AnyOpDef[]) =>
      defs.map((def) => new InterfaceTable().get(def, nn.Grid)?.results);
    expect(kinds([nn.MaxPool, nn.GlobalMaxPool])).toEqual(["same", "same"]);
    expect(kinds([nn.AveragePool, nn.GlobalAveragePool])).toEqual(["sums", "sums"]);
    expect(
      kinds([nn.Quant, nn.BipolarQuant, nn.Trunc, nn.TruncV2, nn.FloatQuant, nn.QuantAvgPool2d]),
    ).toEqual(new Array(6).fill("own"));
    expect(kinds([nn.LpPool, nn.Relu, nn.Softmax])).toEqual([undefined, undefined, undefined]);
  });
});
