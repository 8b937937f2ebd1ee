import { TrainError } from "../error.js";
import type { Tape, Tensor } from "../tape.js";
import { checkSameShape, checkShape } from "./check.js";

/** How elements find their channel: element `i` has channel `⌊i / inner⌋ mod scale.length`. */
export interface ScaleLayout {
  /** Elements in a row that share a scale; 1 unless told (channels last). */
  readonly inner?: number;
}

export interface UniformOptions extends ScaleLayout {
  /** Smallest and largest integer code. */
  readonly low: number;
  readonly high: number;
  /** Factor on the gradient of the scale; LSQ takes `1 / √(elements a scale · high)`. 1 unless told. */
  readonly scaleGradientFactor?: number;
}

/**
 * `y = clip(round(x / scale), low, high) · scale`, halves to even; `scale` holds one or one a channel.
 *
 * Straight through: `dx = dy` where `low ≤ x/scale ≤ high`. Where `scale` wants a gradient, it gets that of LSQ: `code - x/scale`
 * inside, `low` or `high` outside.
 *
 * Source: Esser et al., "Learned Step Size Quantization", arXiv:1902.08153, section 2.1.
 */
export function quantizeUniform(tape: Tape, x: Tensor, scale: Tensor, options: UniformOptions): Tensor {
  const { inner = 1, low, high, scaleGradientFactor = 1 } = options;
  const { kernels } = tape;
  checkLayout("quantizeUniform", x, scale, inner);
  if (!(Number.isInteger(low) && Number.isInteger(high) && low <= high)) {
    throw new TrainError(
      "train/bad-option",
      `\`quantizeUniform\`: codes from ${low} to ${high}.`,
      "give integers, `low` at most `high`",
    );
  }
  const y = tape.tensor(x.shape, [x, scale]);
  kernels.quantize(x.data, scale.data, inner, low, high, y.data);
  tape.record(y, (dy) => {
    const dx = x.needsGrad ? tape.gradOf(x) : undefined;
    const dscale = scale.needsGrad ? kernels.scratch(scale.data.length) : undefined;
    if (dscale) kernels.fill(dscale, 0);
    kernels.quantizeBackward(x.data, scale.data, inner, low, high, dy, dx, dscale);
    if (dscale) kernels.axpy(scaleGradientFactor, dscale, tape.gradOf(scale));
  });
  return y;
}

export interface BinarizeOptions extends ScaleLayout {
  /** The gradient passes where `|x| ≤ limit`; 1 unless told, ∞ passes all. */
  readonly limit?: number;
}

/**
 * `y = scale` where `x ≥ 0`, else `-scale`. Straight through: `dx = dy` where `|x| ≤ limit`; `dscale = Σ dy · sign(x)`.
 *
 * Source: Courbariaux et al., "Binarized Neural Networks", arXiv:1602.02830, section 1.3.
 */
export function binarize(
  tape: Tape,
  x: Tensor,
  scale: Tensor,
  { inner = 1, limit = 1 }: BinarizeOptions = {},
): Tensor {
  checkLayout("binarize", x, scale, inner);
  const y = tape.tensor(x.shape, [x, scale]);
  tape.kernels.sign(x.data, scale.data, inner, y.data);
  tape.record(y, (dy) => {
    if (x.needsGrad) tape.kernels.clipBackward(x.data, dy, tape.gradOf(x), -limit, limit, true);
    if (!scale.needsGrad) return;
    const dscale = tape.gradOf(scale);
    for (let i = 0; i < dy.length; i++) {
      dscale[Math.floor(i / inner) % dscale.length]! += x.data[i]! >= 0 ? dy[i]! : -dy[i]!;
    }
  });
  return y;
}

/** The values of `y`, with the gradient of `x`: for quantizers that compute their values themselves. */
export function straightThrough(tape: Tape, x: Tensor, y: Tensor): Tensor {
  checkSameShape("straightThrough", x, y);
  const result: Tensor = { shape: x.shape, data: y.data, needsGrad: x.needsGrad, grad: undefined };
  tape.record(result, (dy) => tape.kernels.axpy(1, dy, tape.gradOf(x)));
  return result;
}

function checkLayout(op: string, x: Tensor, scale: Tensor, inner: number): void {
  checkShape(
    Number.isInteger(inner) &&
      inner >= 1 &&
      x.data.length % (scale.data.length === 1 ? 1 : inner * scale.data.length) === 0,
    op,
    `${x.data.length} elements do not divide into ${scale.data.length} channels of ${inner}.`,
    "give one scale, or one for each channel of the layout",
  );
}
