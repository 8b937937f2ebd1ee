import {
  type AttrSchema,
  type AttrsOf,
  defineOp,
  type ElemType,
  isFloat,
  type Op,
  type OpDef,
  scalar,
  type Tensor,
  tensor,
} from "@gatefold/core";
import type { NoAttrs } from "./attrs.js";
import { mapElements } from "./tensors.js";
import { Elementwise } from "./traits.js";
import { type Domain, operandType, requireDomain } from "./types.js";

/** A one-operand elementwise op. */
export type UnaryDef = OpDef<NoAttrs>;

export interface UnaryTraits<A> {
  /** Elements that the operand may have; `real` unless said. (C1) of every op made here. */
  readonly domain?: Domain;
  /** Element type of the result, where it is not the operand's. */
  readonly result?: ElemType;
  /** Whether the function is monotone over all of its domain. Functions with NaN inside the line are not. */
  readonly monotone: boolean | ((attrs: A, operandElem: ElemType) => boolean);
  /** `f(x) = gain·x + f(0)`. */
  readonly gain?: number;
}

/** Defines `y[i] = fn(x[i])`. */
export function unary(
  name: string,
  summary: string,
  fn: (x: number) => number,
  traits: UnaryTraits<NoAttrs>,
): UnaryDef {
  return unaryWith<NoAttrs>(name, summary, {}, () => fn, traits);
}

/** Defines `y[i] = make(attrs)(x[i])`. */
export function unaryWith<const S extends AttrSchema>(
  name: string,
  summary: string,
  attrs: S,
  make: (attrs: AttrsOf<S>) => (x: number) => number,
  { domain = "real", result, monotone, gain }: UnaryTraits<AttrsOf<S>>,
): OpDef<S> {
  const wraps = (op: Op): boolean => gain !== undefined && gain !== 1 && !isFloat(op.operand(0).type.elem);
  return defineOp<S>({
    name,
    summary,
    operands: ["x"],
    attrs,
    infer: ({ operands }) => {
      const x = operandType(operands, 0);
      requireDomain(x, domain, "C1", "x");
      return [tensor(result ?? x.elem, x.shape)];
    },
    evaluate: ([x], values) => [mapElements(result ?? x!.elem, x!, make(values))],
    interfaces: [
      Elementwise.of({
        monotone: (op) =>
          (typeof monotone === "boolean"
            ? monotone
            : monotone(op.attrs as AttrsOf<S>, op.operand(0).type.elem)) && !wraps(op),
        gain: (op): Tensor | undefined => (gain === undefined || wraps(op) ? undefined : scalar("f64", gain)),
      }),
    ],
  });
}
