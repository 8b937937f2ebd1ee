/**
 * What a training engine computes: dense float32 arithmetic on memory that it hands out itself.
 *
 * Every array that goes in comes from `alloc` or `scratch` of the same engine (a view of its one memory). Results depend on
 * the operands alone: never on `threads`, on timing or on what ran before. Reductions therefore run in chunks of a fixed size
 * that are added in a fixed order.
 *
 * Two engines come with the package: `wasmKernels` (WebAssembly SIMD, any number of threads) and `jsKernels` (plain loops, the
 * reference that the other is compared with).
 */
export interface Kernels {
  readonly name: string;
  readonly threads: number;

  /** `length` zeros that live until `dispose`. Throws `TrainError` `out-of-memory` with the size asked for. */
  alloc(length: number): Float32Array;
  /** `length` floats of any value that live until the next `release`. */
  scratch(length: number): Float32Array;
  /** Gives back everything that `scratch` handed out. */
  release(): void;
  dispose(): void;

  /**
   * `c[m×n] (+)= op(a) · op(b)`, all in C order. `a` is `m×k`, or `k×m` with `transposeA`; `b` is `k×n`, or `n×k` with
   * `transposeB`. `accumulate` adds to `c` instead of overwriting it.
   */
  gemm(args: {
    readonly m: number;
    readonly n: number;
    readonly k: number;
    readonly a: Float32Array;
    readonly b: Float32Array;
    readonly c: Float32Array;
    readonly transposeA?: boolean;
    readonly transposeB?: boolean;
    readonly accumulate?: boolean;
  }): void;

  /** NHWC windows as rows `[n·outH·outW, kernelH·kernelW·channels]`; places outside the image hold `padValue`. */
  im2col(window: WindowShape, x: Float32Array, columns: Float32Array, padValue: number): void;
  /** The transpose of `im2col`: adds each row's elements to the places they came from. */
  col2im(window: WindowShape, columns: Float32Array, dx: Float32Array): void;

  /** Depthwise convolution, weights `[kernelH, kernelW, channels]`. */
  depthwise(window: WindowShape, x: Float32Array, w: Float32Array, y: Float32Array, padValue: number): void;
  depthwiseBackward(
    window: WindowShape,
    x: Float32Array,
    w: Float32Array,
    dy: Float32Array,
    dx: Float32Array | undefined,
    dw: Float32Array,
    padValue: number,
  ): void;

  /** `index` gets the place in `x` of each maximum (the first of equals); it is an `Int32Array` on the engine's memory. */
  maxPool(window: WindowShape, x: Float32Array, y: Float32Array, index: Int32Array): void;
  maxPoolBackward(index: Int32Array, dy: Float32Array, dx: Float32Array): void;
  /** Sum of each window times `factor`; places outside the image count as 0. */
  sumPool(window: WindowShape, x: Float32Array, y: Float32Array, factor: number): void;
  sumPoolBackward(window: WindowShape, dy: Float32Array, dx: Float32Array, factor: number): void;

  fill(y: Float32Array, value: number): void;
  copy(x: Float32Array, y: Float32Array): void;
  /** `y += alpha · x` */
  axpy(alpha: number, x: Float32Array, y: Float32Array): void;
  /** `y (+)= a ∘ b` */
  multiply(a: Float32Array, b: Float32Array, y: Float32Array, accumulate?: boolean): void;
  /** `y[r,c] = x[r,c] + b[c]`; `y` may be `x`. */
  addRow(x: Float32Array, b: Float32Array, y: Float32Array): void;
  /** `y[r,c] = x[r,c] · s[c]` */
  scaleRow(x: Float32Array, s: Float32Array, y: Float32Array): void;
  /** `out[c] += Σ_r x[r,c]`, `columns = out.length`. */
  columnSum(x: Float32Array, out: Float32Array): void;
  /** `out[c] += Σ_r a[r,c] · b[r,c]` */
  columnDot(a: Float32Array, b: Float32Array, out: Float32Array): void;

  /** `y = min(max(x, low), high)`; infinite limits are allowed (ReLU: 0, ∞). */
  clip(x: Float32Array, y: Float32Array, low: number, high: number): void;
  /** `dx += dy` where `low < x < high`, and at `x = low` or `high` where `closed`. */
  clipBackward(
    x: Float32Array,
    dy: Float32Array,
    dx: Float32Array,
    low: number,
    high: number,
    closed: boolean,
  ): void;

  /** Per column of `[rows, columns]`: `mean` and the biased `variance`. */
  moments(x: Float32Array, mean: Float32Array, variance: Float32Array): void;
  /** `xhat = (x - mean) · inverse`, `y = xhat · gamma + beta`, per column. */
  normalize(args: {
    readonly x: Float32Array;
    readonly mean: Float32Array;
    readonly inverse: Float32Array;
    readonly gamma: Float32Array;
    readonly beta: Float32Array;
    readonly xhat: Float32Array;
    readonly y: Float32Array;
  }): void;
  /**
   * Gradients of `normalize`, all added: `dgamma`, `dbeta`, and `dx` either through the batch's moments (`batch`) or with
   * moments held constant.
   */
  normalizeBackward(args: {
    readonly xhat: Float32Array;
    readonly inverse: Float32Array;
    readonly gamma: Float32Array;
    readonly dy: Float32Array;
    readonly dx: Float32Array | undefined;
    readonly dgamma: Float32Array;
    readonly dbeta: Float32Array;
    readonly batch: boolean;
  }): void;

  /**
   * Uniform quantizer: `y = clip(round(x / scale), low, high) · scale`, halves to even, in float32.
   * `scale` has one element, or one for each channel: element `i` of `x` has channel `⌊i / inner⌋ mod scale.length`.
   */
  quantize(
    x: Float32Array,
    scale: Float32Array,
    inner: number,
    low: number,
    high: number,
    y: Float32Array,
  ): void;
  /**
   * Straight-through gradients: `dx += dy` where `low ≤ x/scale ≤ high`; where `dscale` is given,
   * `dscale[channel] += dy · (code - x/scale)` inside and `dy · low`, `dy · high` outside
   * (LSQ: Esser et al., arXiv:1902.08153, equation 3).
   */
  quantizeBackward(
    x: Float32Array,
    scale: Float32Array,
    inner: number,
    low: number,
    high: number,
    dy: Float32Array,
    dx: Float32Array | undefined,
    dscale: Float32Array | undefined,
  ): void;
  /** `y = scale` where `x ≥ 0`, else `-scale`; channels as in `quantize`. */
  sign(x: Float32Array, scale: Float32Array, inner: number, y: Float32Array): void;

  /** Adam with bias correction; `decay` is decoupled (AdamW). Coefficients of step `step` (from 1) are computed in float64. */
  adam(args: {
    readonly parameter: Float32Array;
    readonly gradient: Float32Array;
    readonly first: Float32Array;
    readonly second: Float32Array;
    readonly step: number;
    readonly rate: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly decay: number;
  }): void;
  /** Momentum: `v = momentum · v + g + decay · p`, `p -= rate · v` (or `g + momentum · v` with `nesterov`). */
  sgd(args: {
    readonly parameter: Float32Array;
    readonly gradient: Float32Array;
    readonly velocity: Float32Array;
    readonly rate: number;
    readonly momentum: number;
    readonly decay: number;
    readonly nesterov: boolean;
  }): void;
}

/** A window that slides over NHWC images; sizes in pixels. */
export interface WindowShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}
