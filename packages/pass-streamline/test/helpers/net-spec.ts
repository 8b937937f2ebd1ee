import { type ElemType, type RoundingMode, roundingModes } from "@gatefold/core";
import fc from "fast-check";

/** How one quantizer rounds and clips. */
export interface QuantSpec {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
  readonly rounding: RoundingMode;
  /** One, or one a channel; the channels' are powers of two apart. */
  readonly scale: readonly number[];
  readonly zero: number;
}

/** `±scale`. */
export interface BipolarSpec {
  readonly bits: "bipolar";
  readonly scale: number;
}

export interface BatchNormSpec {
  readonly gamma: readonly number[];
  readonly beta: readonly number[];
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

export type WeightKind = "bipolar" | "ternary" | "int";

export interface LayerSpec {
  readonly width: number;
  readonly kind: WeightKind;
  readonly weightBits: number;
  /** `height × width` integers. */
  readonly weights: readonly number[];
  /** One, or one a column. */
  readonly weightScale: readonly number[];
  readonly form: "matmul" | "transposed" | "gemm";
  readonly bias: readonly number[] | undefined;
  readonly norm: BatchNormSpec | undefined;
  readonly activation: Activation;
  readonly quant: QuantSpec | BipolarSpec;
  /** Wraps the normalization in `unsqueeze … squeeze`, as PyTorch exports do. */
  readonly unsqueezed: boolean;
}

export const activations = [
  "none",
  "relu",
  "clip",
  "sigmoid",
  "tanh",
  "leaky_relu",
  "negate",
  "abs",
  "swish",
  "sin",
  "where",
] as const;
export type Activation = (typeof activations)[number];

export const endings = ["codes", "real", "logits", "softmax", "argmax", "top_k", "sign"] as const;

export interface NetSpec {
  readonly input: {
    /** `real` reads reals through a quantizer of its own. */
    readonly elem: ElemType | "real";
    readonly scale: number;
    readonly zero: number;
    readonly size: number;
    readonly shape: "flat" | "image";
  };
  readonly layers: readonly LayerSpec[];
  /** What follows the last layer's product. */
  readonly ending: (typeof endings)[number];
  /** Every quantizer's value is an output too. */
  readonly exposed: boolean;
}

/** Numbers of the network: small binary fractions, so that every real is exact and ties happen, or any reals. */
interface Reals {
  readonly scale: fc.Arbitrary<number>;
  readonly gamma: fc.Arbitrary<number>;
  readonly offset: fc.Arbitrary<number>;
  readonly variance: fc.Arbitrary<number>;
  readonly exact: boolean;
}

const signed = (size: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.tuple(size, fc.integer({ min: 0, max: 5 })).map(([v, k]) => (k === 0 ? -v : v));
const real = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map(Math.fround);

const dyadic: Reals = {
  scale: signed(fc.constantFrom(0.125, 0.25, 0.5, 1, 2)),
  gamma: fc.integer({ min: -8, max: 12 }).map((n) => n / 4),
  offset: fc.integer({ min: -24, max: 24 }).map((n) => n / 8),
  variance: fc.constantFrom(0.25, 1, 4),
  exact: true,
};
const anyReal: Reals = {
  scale: signed(real(0.03, 2)),
  gamma: fc.oneof({ weight: 6, arbitrary: real(-2, 2) }, { weight: 1, arbitrary: fc.constant(0) }),
  offset: fc.tuple(real(0.001, 3), fc.boolean()).map(([v, minus]) => (minus ? -v : v)),
  variance: real(0.1, 4),
  exact: false,
};

const list = <T>(each: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: length, maxLength: length });

function channelScales(reals: Reals, width: number): fc.Arbitrary<number[]> {
  const apart = fc
    .tuple(reals.scale, list(fc.integer({ min: 0, max: 3 }), width))
    .map(([s, shifts]) => shifts.map((k) => s * 2 ** k));
  return fc.oneof({ weight: 3, arbitrary: list(reals.scale, 1) }, { weight: 1, arbitrary: apart });
}

function quant(reals: Reals, width: number): fc.Arbitrary<QuantSpec> {
  return fc
    .record({
      bits: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1.5, 2.5, 3.25)),
      signed: fc.boolean(),
      narrow: fc.boolean(),
      rounding: fc.constantFrom(...roundingModes),
      scale: channelScales(reals, width),
      zero: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -3, max: 5 }) },
      ),
    })
    .map((q) => (q.bits === 1 && q.signed ? { ...q, zero: 0 } : q));
}

function layer(reals: Reals, height: number, width: number): fc.Arbitrary<LayerSpec> {
  return fc
    .record({
      kind: fc.constantFrom<WeightKind>("bipolar", "ternary", "int"),
      weightBits: fc.integer({ min: 2, max: 8 }),
    })
    .chain(({ kind, weightBits }) => {
      const top = 2 ** (weightBits - 1);
      const weight: fc.Arbitrary<number> =
        kind === "bipolar"
          ? fc.constantFrom(-1, 1)
          : kind === "ternary"
            ? fc.constantFrom(-1, 0, 1)
            : fc.integer({ min: -top, max: top - 1 });
      const norm = fc.record({
        gamma: list(reals.gamma, width),
        beta: list(reals.offset, width),
        mean: list(reals.offset, width),
        variance: list(reals.variance, width),
      });
      const bias = list(reals.offset, width);
      return fc.record({
        width: fc.constant(width),
        kind: fc.constant(kind),
        weightBits: fc.constant(weightBits),
        weights: list(weight, height * width),
        weightScale: fc.oneof(list(reals.scale, 1), list(reals.scale, width)),
        form: fc.constantFrom("matmul" as const, "transposed" as const, "gemm" as const),
        // Reals keep an offset of their own: at a sum of exactly 0, float64 would decide by its rounding noise.
        bias: reals.exact ? fc.option(bias, { nil: undefined }) : bias,
        norm: fc.option(norm, { nil: undefined }),
        activation: fc.constantFrom(...activations),
        quant: fc.oneof(
          { weight: 1, arbitrary: fc.record({ bits: fc.constant("bipolar" as const), scale: reals.scale }) },
          { weight: 4, arbitrary: quant(reals, width) },
        ),
        unsqueezed: fc.boolean(),
      });
    });
}

function net(reals: Reals): fc.Arbitrary<NetSpec> {
  const width = fc.integer({ min: 1, max: 6 });
  return fc
    .record({ size: width, widths: fc.array(width, { minLength: 1, maxLength: 4 }) })
    .chain(({ size, widths }) =>
      fc.record({
        input: fc.record({
          elem: fc.oneof(
            { weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }).map((b): ElemType => `u${b}`) },
            { weight: 2, arbitrary: fc.integer({ min: 2, max: 8 }).map((b): ElemType => `i${b}`) },
            { weight: 1, arbitrary: fc.constant("bipolar" as const) },
            { weight: 1, arbitrary: fc.constant("real" as const) },
          ),
          scale: reals.scale,
          zero: fc.constantFrom(0, 0, 1, 7),
          size: fc.constant(size),
          shape: fc.constantFrom("flat" as const, "image" as const),
        }),
        layers: fc.tuple(...widths.map((w, i) => layer(reals, i === 0 ? size : widths[i - 1]!, w))),
        ending: fc.constantFrom(...endings),
        exposed: fc.boolean(),
      }),
    );
}

/** Dense networks whose reals are all exact in float64, so that ties are met and decided alike. */
export const exactNet: fc.Arbitrary<NetSpec> = net(dyadic);
/** Dense networks of any scales. */
export const realNet: fc.Arbitrary<NetSpec> = net(anyReal);
