import { type AttrSchema, type AttrsOf, defineOp, type OpDef, tensor } from "@gatefold/core";
import { outerIndex, pick } from "./tensors.js";
import { Movement } from "./traits.js";
import { operandType } from "./types.js";

/** For each axis of the result, the flat offset that each of its positions adds. Throws `InferError`. */
type AxisReader<A> = (shape: readonly number[], attrs: A) => readonly Int32Array[];

/** Defines an op of one operand whose result reads each axis separately. */
export function moveAxes<const S extends AttrSchema>(
  name: string,
  summary: string,
  attrs: S,
  read: AxisReader<AttrsOf<S>>,
): OpDef<S> {
  return defineOp<S>({
    name,
    summary,
    operands: ["x"],
    attrs,
    infer: ({ operands, attrs: values }) => {
      const x = operandType(operands, 0);
      return [
        tensor(
          x.elem,
          read(x.shape, values).map((axis) => axis.length),
        ),
      ];
    },
    evaluate: ([x], values) => {
      const axes = read(x!.shape, values);
      return [
        pick(
          x!,
          axes.map((axis) => axis.length),
          outerIndex(axes),
        ),
      ];
    },
    interfaces: [Movement.of({ movesOnly: true })],
  });
}
