import {
  type AnyOpDef,
  isFloat,
  makeTensor,
  numbers,
  type Op,
  scalar,
  type Tensor,
  type Value,
} from "@gatefold/core";
import {
  BipolarQuant,
  Dequantize,
  FloatQuant,
  Im2Col,
  MultiThreshold,
  Quant,
  QuantAvgPool2d,
  Quantize,
  Trunc,
  TruncV2,
  XnorPopcountMatMul,
} from "@gatefold/dialect-nn";
import type { AttributeMap } from "../handlers/attributes.js";
import { QUANT_AVG_POOL_ATTRIBUTES } from "../handlers/conv.js";
import { IM2COL_ATTRIBUTES } from "../handlers/qonnx-ops.js";
import type { OnnxAttribute } from "../model.js";
import { writeAttributes } from "./direct.js";
import { linearDequantize, linearQuantize } from "./linear.js";
import { type ExportHandler, float, type GraphWriter, int, text } from "./writer.js";

export const QONNX_DOMAIN = "qonnx.custom_op.general";

/** QONNX keeps quantizer parameters as float tensors. */
function realName(writer: GraphWriter, value: Value): string {
  const tensor = writer.constant(value);
  if (!tensor || isFloat(tensor.elem)) return writer.name(value);
  const real = makeTensor("f32", tensor.shape, Float64Array.from(numbers(tensor)));
  return writer.initializer(real, value.name ?? "parameter");
}

function qonnx(type: string, def: AnyOpDef, attributes: AttributeMap): ExportHandler {
  return {
    def,
    write: (op, writer) => {
      const [x, ...parameters] = op.operands;
      const operands = [writer.name(x!), ...parameters.map((v) => realName(writer, v))];
      writer.node(op, type, operands, writeAttributes(op, attributes), QONNX_DOMAIN);
    },
  };
}

const grid = { signed: "bool", narrow: "bool", rounding: ["string", "rounding_mode"] } as const;

interface Grid {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

/** The Quant whose codes are `lo … hi`; none for the 1-bit signed case, which Quant takes for bipolar. */
function gridOf(lo: number, hi: number): Grid | undefined {
  for (let bits = 1; bits <= 64; bits++) {
    const half = 2 ** (bits - 1);
    if (bits > 1 && hi === half - 1 && lo === -half) return { bits, signed: true, narrow: false };
    if (bits > 1 && hi === half - 1 && lo === 1 - half) return { bits, signed: true, narrow: true };
    if (lo === 0 && hi === 2 * half - 1) return { bits, signed: false, narrow: false };
    if (lo === 0 && bits > 1 && hi === 2 * half - 2) return { bits, signed: false, narrow: true };
  }
  return undefined;
}

const oneNumber = (tensor: Tensor | undefined): number | undefined =>
  tensor?.data.length === 1 ? Number(tensor.data[0]) : undefined;

function sameParameter(writer: GraphWriter, a: Value, b: Value): boolean {
  if (writer.origin(a) === writer.origin(b)) return true;
  const [x, y] = [writer.constant(a), writer.constant(b)];
  return (
    x !== undefined &&
    y !== undefined &&
    String(x.shape) === String(y.shape) &&
    numbers(x).every((v, i) => v === numbers(y)[i])
  );
}

interface PairForm {
  readonly type: "Quant" | "BipolarQuant";
  readonly bits?: number;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** The QONNX quantizer that is `quantize` followed by `dequantize` with the same scale and zero point. */
function pairForm(writer: GraphWriter, quantize: Op): PairForm | undefined {
  const [, , zeroPoint, lo, hi] = quantize.operands;
  const { elem, rounding, round_first: roundFirst } = quantize.attrs;
  if (elem === "bipolar") {
    const isCentred = oneNumber(writer.constant(zeroPoint!)) === 0;
    return isCentred ? { type: "BipolarQuant", attributes: {} } : undefined;
  }
  const [low, high] = [oneNumber(writer.constant(lo!)), oneNumber(writer.constant(hi!))];
  const found = low === undefined || high === undefined ? undefined : gridOf(low, high);
  if (!found || roundFirst) return undefined;
  return {
    type: "Quant",
    bits: found.bits,
    attributes: {
      signed: int(found.signed),
      narrow: int(found.narrow),
      rounding_mode: text(rounding as string),
    },
  };
}

/** Whether every reader of the codes is a dequantizer by the same parameters, so that the pair is one node. */
function isPaired(writer: GraphWriter, quantize: Op): boolean {
  return writer
    .readers(quantize.result())
    .every(
      (reader) =>
        Dequantize.is(reader) &&
        sameParameter(writer, reader.operand(1), quantize.operand(1)) &&
        sameParameter(writer, reader.operand(2), quantize.operand(2)),
    );
}

/** Counts have a form only with the dequantizer that scales them. */
const isScaledCount = (writer: GraphWriter, reader: Op | undefined): boolean =>
  Dequantize.is(reader) &&
  oneNumber(writer.constant(reader.operand(1))) !== undefined &&
  oneNumber(writer.constant(reader.operand(2))) === 0;

const layouts: Readonly<Record<number, readonly [string, string]>> = {
  2: ["NC", "NC"],
  3: ["NCW", "NWC"],
  4: ["NCHW", "NHWC"],
};

function writeCounts(op: Op, writer: GraphWriter, counts: Op): void {
  const [x, thresholds] = counts.operands;
  const layout = layouts[x!.type.shape.length]?.[counts.attrs["layout"] === "channels_last" ? 1 : 0];
  const operands = [writer.name(x!), realName(writer, thresholds!)];
  const attributes = {
    out_scale: float(oneNumber(writer.constant(op.operand(1)))!),
    out_bias: float(0),
    out_dtype: text(String(counts.result().type.elem).replace(/^u/, "UINT")),
    data_layout: text(layout ?? (counts.attrs["layout"] === "channels_last" ? "NHWC" : "NCHW")),
  };
  writer.node(op, "MultiThreshold", operands, attributes, QONNX_DOMAIN);
}

function writePair(op: Op, writer: GraphWriter, maker: Op, form: PairForm): void {
  const [x, scale, zeroPoint] = maker.operands;
  const operands = [writer.name(x!), realName(writer, scale!)];
  if (form.bits !== undefined) {
    operands.push(realName(writer, zeroPoint!), writer.initializer(scalar("f32", form.bits), "bits"));
  }
  writer.node(op, form.type, operands, form.attributes, QONNX_DOMAIN);
}

function writeDequantize(op: Op, writer: GraphWriter): void {
  const maker = writer.origin(op.operand(0)).op;
  const form = Quantize.is(maker) && isPaired(writer, maker) ? pairForm(writer, maker) : undefined;
  if (MultiThreshold.is(maker)) writeCounts(op, writer, maker);
  else if (maker && form) writePair(op, writer, maker, form);
  else linearDequantize(op, writer);
}

export const quantizerWriters: readonly ExportHandler[] = [
  qonnx("Quant", Quant, grid),
  qonnx("BipolarQuant", BipolarQuant, {}),
  qonnx("Trunc", Trunc, { rounding: grid.rounding }),
  {
    def: TruncV2,
    write: (op, writer) => {
      qonnx("Trunc", TruncV2, grid).write(op, writer);
      writer.require(QONNX_DOMAIN, 2);
    },
  },
  qonnx("FloatQuant", FloatQuant, {
    has_inf: "bool",
    has_nan: "bool",
    has_subnormal: "bool",
    saturation: "bool",
    rounding: grid.rounding,
  }),
  qonnx("Im2Col", Im2Col, IM2COL_ATTRIBUTES),
  qonnx("XnorPopcountMatMul", XnorPopcountMatMul, {}),
  {
    def: QuantAvgPool2d,
    write: (op, writer) => {
      const layout = op.attrs["layout"] === "channels_last" ? "NHWC" : "NCHW";
      const attributes = { ...writeAttributes(op, QUANT_AVG_POOL_ATTRIBUTES), data_layout: text(layout) };
      writer.node(op, "QuantAvgPool2d", [writer.name(op.operand(0))], attributes, QONNX_DOMAIN);
    },
  },
  {
    def: MultiThreshold,
    write: (op, writer) => {
      const counted = writer.readers(op.result()).every((reader) => isScaledCount(writer, reader));
      if (!counted) writer.fail("its counts are not all scaled by one constant");
    },
  },
  {
    def: Quantize,
    write: (op, writer) => {
      if (!isPaired(writer, op) || !pairForm(writer, op)) linearQuantize(op, writer);
    },
  },
  { def: Dequantize, write: writeDequantize },
];
