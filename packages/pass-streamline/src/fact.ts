import type { Diagnostic, ElemType, IntegerRange, Op, Tensor, Value } from "@gatefold/core";
import { codes, type Expr } from "./expr.js";
import { type Form, formOf } from "./form.js";

/** `real = scale[c] · n + bias[c]`; one entry, or one a channel. */
export interface AffineForm {
  readonly scale: Float64Array;
  readonly bias: Float64Array;
}

/** A constant; `scaled` when it is known to be integers times a scale. */
export interface ConstantFact {
  readonly kind: "constant";
  readonly tensor: Tensor;
  /** `tensor = codes · scale`; the codes have the tensor's shape, and the scale broadcasts onto it. */
  readonly scaled?: { readonly codes: Tensor; readonly scale: Tensor } | undefined;
}

/** Constant padding of the spatial axes. */
export interface Padding {
  /** What stands outside, as the network sees it. */
  readonly value: number;
  /** Before and after, one pair a spatial axis. */
  readonly pairs: readonly (readonly [number, number])[];
  /** The image without it. */
  readonly image: FlowFact;
}

/** A value that is, element by element, a function of one integer tensor on the device. */
export interface FlowFact {
  readonly kind: "flow";
  /** The integer tensor, in the `q` graph. */
  readonly base: Value;
  /** The channels of `base`: as many as `form` has, in the same order. */
  readonly baseForm: Form;
  readonly range: IntegerRange;
  readonly expr: Expr;
  /** The value's own shape and form in the network. */
  readonly shape: readonly number[];
  readonly form: Form;
  readonly affine: AffineForm | undefined;
  /** Whether every channel's function is monotone, either way. */
  readonly monotone: boolean;
  /** Whether all channels have the same function. */
  readonly uniform: boolean;
  /** Padding that the window behind it has yet to take in; `shape` counts it, the integer tensor does not. */
  readonly padding?: Padding | undefined;
}

/** A value that the host computes before the device: elementwise from a real network input. */
export interface InputFact {
  readonly kind: "input";
}

/** A value that only the host can compute, after the device; with what stopped it from going on there. */
export interface HostFact {
  readonly kind: "host";
  readonly op: Op;
  readonly reason: string;
  readonly hint: string | undefined;
  /** The network input without an encoding that is behind it. */
  readonly input?: string;
  /** What to say of it, where the reason has a code of its own. */
  readonly error?: Diagnostic;
}

/** What is known of one value of the network. */
export type Fact = ConstantFact | FlowFact | InputFact | HostFact;

export function host(op: Op, reason: string, hint?: string): HostFact {
  return { kind: "host", op, reason, hint };
}

/** `host`, with an error of its own code. */
export function refused(op: Op, error: Diagnostic): HostFact {
  return { kind: "host", op, reason: error.message, hint: error.hint, error };
}

/** The flow of an integer tensor that the network itself sees, as integers of `elem`. */
export function codesFlow(base: Value, range: IntegerRange, elem: ElemType, form?: Form): FlowFact {
  const { shape } = base.type;
  const own = form ?? formOf(shape);
  return {
    kind: "flow",
    base,
    baseForm: own,
    range,
    expr: codes(elem),
    shape,
    form: own,
    affine: { scale: Float64Array.of(1), bias: Float64Array.of(0) },
    monotone: true,
    uniform: true,
  };
}
