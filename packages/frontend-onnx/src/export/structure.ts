import {
  type AnyOpDef,
  type AttrSchema,
  type AttrsOf,
  evaluateOp,
  type Op,
  type OpDef,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import {
  Cast,
  Clip,
  ConstantOfShape,
  CumSum,
  Expand,
  Hardmax,
  LogSoftmax,
  Pad,
  Range,
  Reshape,
  Resize,
  ResizeLinear,
  Shape,
  Size,
  Slice,
  Softmax,
  Split,
  Squeeze,
  Tile,
  TopK,
  Transpose,
  Trilu,
  Unsqueeze,
} from "@gatefold/dialect-nn";
import { reductions } from "../handlers/reduce.js";
import { type ExportHandler, type GraphWriter, int, ints, text } from "./writer.js";

/** A handler that sees the attributes by type. */
function writer<S extends AttrSchema>(
  def: OpDef<S>,
  write: (op: Op, writer: GraphWriter, attrs: AttrsOf<S>) => void,
): ExportHandler {
  return { def: def as AnyOpDef, write: (op, w) => write(op, w, op.attrs as AttrsOf<S>) };
}

/** A list that is an attribute here and operand 1 there. */
const listOperand = <S extends AttrSchema>(
  type: string,
  def: OpDef<S>,
  attribute: keyof AttrsOf<S> & string,
): ExportHandler =>
  writer(def, (op, w, attrs) => {
    const list = attrs[attribute] as readonly number[];
    w.node(op, type, [w.name(op.operand(0)), w.integers(list, attribute)]);
  });

const axisOp = (type: string, def: typeof Softmax): ExportHandler =>
  writer(def, (op, w, { axis }) => w.node(op, type, [w.name(op.operand(0))], { axis: int(axis) }));

/** Ops without operands are the constants that they make. */
const generator = (def: AnyOpDef): ExportHandler => ({
  def,
  write: (op, w) => {
    const tensor = evaluateOp(op, [])[0]!;
    w.node(op, "Identity", [w.initializer(tensor, "generated")]);
  },
});

function resize(
  op: Op,
  w: GraphWriter,
  attrs: AttrsOf<typeof ResizeLinear.attrs>,
  mode: string,
  nearest?: string,
): void {
  const { scales, sizes } = attrs;
  if (scales && sizes) w.fail("ONNX takes scales or sizes");
  const scaleTensor: Tensor | undefined = scales && tensorFrom("f32", [scales.length], scales);
  const extent = scaleTensor ? [w.initializer(scaleTensor, "scales")] : ["", w.integers(sizes!, "sizes")];
  w.node(op, "Resize", [w.name(op.operand(0)), "", ...extent], {
    mode: text(mode),
    coordinate_transformation_mode: text(attrs.coordinate_transformation_mode),
    nearest_mode: nearest === undefined ? undefined : text(nearest),
  });
}

export const structureWriters: readonly ExportHandler[] = [
  axisOp("Softmax", Softmax),
  axisOp("LogSoftmax", LogSoftmax),
  axisOp("Hardmax", Hardmax),
  writer(CumSum, (op, w, { axis, exclusive, reverse }) =>
    w.node(op, "CumSum", [w.name(op.operand(0)), w.integers([axis], "axis", [])], {
      exclusive: int(exclusive),
      reverse: int(reverse),
    }),
  ),
  writer(Trilu, (op, w, { upper, k }) =>
    w.node(op, "Trilu", [w.name(op.operand(0)), w.integers([k], "k", [])], { upper: int(upper) }),
  ),
  generator(ConstantOfShape),
  generator(Range),
  listOperand("Expand", Expand, "shape"),
  writer(Reshape, (op, w, { shape }) => {
    const isLiteral = shape.includes(0);
    w.node(op, "Reshape", [w.name(op.operand(0)), w.integers(shape, "shape")], {
      allowzero: isLiteral ? int(1) : undefined,
    });
  }),
  listOperand("Squeeze", Squeeze, "axes"),
  listOperand("Tile", Tile, "repeats"),
  listOperand("Unsqueeze", Unsqueeze, "axes"),
  writer(Cast, (op, w, { to }) => {
    w.node(op, "Cast", [w.name(op.operand(0))], { to: int(w.dtype(to)) });
  }),
  writer(Clip, (op, w, { min, max }) => {
    const { elem } = op.operand(0).type;
    const bound = (value: number | undefined, hint: string): string =>
      value === undefined ? "" : w.initializer(tensorFrom(elem, [], [value]), hint);
    w.node(op, "Clip", [w.name(op.operand(0)), bound(min, "min"), bound(max, "max")]);
  }),
  writer(Pad, (op, w, { pads, mode }) => {
    const [x, ...value] = op.operands.map((v) => w.name(v));
    w.node(op, "Pad", [x!, w.integers(pads, "pads"), ...value], { mode: text(mode) });
  }),
  writer(Resize, (op, w, attrs) => resize(op, w, attrs, "nearest", attrs.nearest_mode)),
  writer(ResizeLinear, (op, w, attrs) => resize(op, w, attrs, "linear")),
  writer(Shape, (op, w, { start, end }) =>
    w.node(op, "Shape", [w.name(op.operand(0))], {
      start: int(start),
      end: end === undefined ? end : int(end),
    }),
  ),
  writer(Size, (op, w) => w.node(op, "Size", [w.name(op.operand(0))])),
  writer(Slice, (op, w, { starts, ends, axes, steps }) => {
    const list = (values: readonly number[] | undefined, hint: string): string =>
      values ? w.integers(values, hint) : "";
    const operands = [list(starts, "starts"), list(ends, "ends"), list(axes, "axes"), list(steps, "steps")];
    w.node(op, "Slice", [w.name(op.operand(0)), ...operands]);
  }),
  writer(Split, (op, w, { axis, split }) =>
    w.node(op, "Split", [w.name(op.operand(0)), w.integers(split, "split")], { axis: int(axis) }),
  ),
  writer(TopK, (op, w, { k, axis, largest, sorted }) =>
    w.node(op, "TopK", [w.name(op.operand(0)), w.integers([k], "k")], {
      axis: int(axis),
      largest: int(largest),
      sorted: int(sorted),
    }),
  ),
  writer(Transpose, (op, w, { perm }) =>
    w.node(op, "Transpose", [w.name(op.operand(0))], { perm: perm && ints(perm) }),
  ),
  ...Object.entries(reductions).map(([type, def]) =>
    writer(def, (op, w, attrs) => {
      const axes = attrs.axes ? [w.integers(attrs.axes, "axes")] : [];
      w.node(op, type, [w.name(op.operand(0)), ...axes], {
        keepdims: int(attrs.keepdims),
        noop_with_empty_axes: int(attrs.noop_with_empty_axes),
      });
    }),
  ),
];
