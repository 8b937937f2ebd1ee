import {
  type ElemType,
  elemInfo,
  numbers,
  type Op,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { type GraphWriter, int } from "./writer.js";

/** Integer types of ONNX's linear quantizers at opset 21. */
const linearElems: ReadonlySet<ElemType> = new Set<ElemType>(["i4", "u4", "i8", "u8", "i16", "u16"]);

/** Scale and zero point as ONNX has them: one number, or a list along one axis. */
interface Parameters {
  readonly scale: string;
  readonly zeroPoint: string;
  readonly axis: number | undefined;
}

/** The axis of a tensor of `rank` along which a broadcast parameter is a list; −1 when it is one number. */
function listAxis(shape: readonly number[], rank: number): number | undefined {
  const axes = shape.flatMap((size, i) => (size === 1 ? [] : [rank - shape.length + i]));
  return axes.length > 1 ? undefined : (axes[0] ?? -1);
}

/** Repeats one number so that scale and zero point have one length. */
const stretched = (tensor: Tensor, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number(numbers(tensor)[tensor.data.length === 1 ? 0 : i]));

function parameters(
  writer: GraphWriter,
  scale: Value,
  zeroPoint: Value,
  rank: number,
  elem: ElemType,
): Parameters {
  const [s, z] = [writer.constant(scale), writer.constant(zeroPoint)];
  if (!s || !z) return writer.fail("its scale or zero point is not constant");
  const axes = [listAxis(s.shape, rank), listAxis(z.shape, rank)];
  const listed = axes.filter((a) => a !== -1);
  if (axes.includes(undefined) || new Set(listed).size > 1) {
    return writer.fail("its scales lie along more than one axis");
  }
  const { min, max } = elemInfo(elem);
  if (!numbers(z).every((v) => Number.isInteger(v) && v >= min && v <= max)) {
    return writer.fail(`its zero point is no value of ${elem}`);
  }
  const count = Math.max(s.data.length, z.data.length);
  const shape = listed.length > 0 ? [count] : [];
  return {
    scale: writer.initializer(tensorFrom(s.elem, shape, stretched(s, count)), "scale"),
    zeroPoint: writer.initializer(tensorFrom(elem, shape, stretched(z, count)), "zero_point"),
    axis: listed[0],
  };
}

const axisAttribute = (axis: number | undefined) => ({ axis: axis === undefined ? undefined : int(axis) });

/** QuantizeLinear, with a Clip where the codes do not fill their type. */
export function linearQuantize(op: Op, writer: GraphWriter): void {
  const [x, scale, zeroPoint, lo, hi] = op.operands;
  const {
    elem,
    rounding,
    round_first: roundFirst,
  } = op.attrs as {
    readonly elem: ElemType;
    readonly rounding: string;
    readonly round_first: boolean;
  };
  if (!linearElems.has(elem)) writer.fail(`QuantizeLinear gives no ${elem}`);
  if (rounding !== "ROUND" && rounding !== "HALF_EVEN")
    writer.fail(`QuantizeLinear does not round by ${rounding}`);
  const zeros = writer.constant(zeroPoint!);
  if (!roundFirst && !(zeros && numbers(zeros).every((z) => z % 2 === 0))) {
    writer.fail("it rounds after adding an odd zero point, and QuantizeLinear before");
  }
  const bounds = [lo!, hi!].map((v) => writer.constant(v));
  if (!bounds.every((b) => b?.data.length === 1)) writer.fail("its bounds are not two constant numbers");
  const [low, high] = bounds.map((b) => Number(b!.data[0]));
  const p = parameters(writer, scale!, zeroPoint!, x!.type.shape.length, elem);
  const operands = [writer.name(x!), p.scale, p.zeroPoint];
  const { min, max } = elemInfo(elem);
  if (low === min && high === max) {
    writer.node(op, "QuantizeLinear", operands, axisAttribute(p.axis));
    return;
  }
  const wide = writer.fresh("codes");
  writer.nodeTo([wide], op, "QuantizeLinear", operands, axisAttribute(p.axis));
  const bound = (value: number, hint: string): string =>
    writer.initializer(tensorFrom(elem, [], [value]), hint);
  writer.node(op, "Clip", [wide, bound(low!, "lo"), bound(high!, "hi")]);
}

export function linearDequantize(op: Op, writer: GraphWriter): void {
  const [codes, scale, zeroPoint] = op.operands;
  const { elem } = codes!.type;
  if (!linearElems.has(elem) && elem !== "i32") writer.fail(`DequantizeLinear reads no ${elem}`);
  const p = parameters(writer, scale!, zeroPoint!, codes!.type.shape.length, elem);
  writer.node(op, "DequantizeLinear", [writer.name(codes!), p.scale, p.zeroPoint], axisAttribute(p.axis));
}
