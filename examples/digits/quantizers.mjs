/**
 * Quantizers with straight-through estimators. Weight matrices are `[inputs, outputs]`, row by row.
 *
 * A weight quantizer turns shadow weights into integer codes and one scale per output; what the network multiplies by
 * is `code * scale`. Its gradient passes to the shadow weight unchanged where `keeps(w)` and is dropped elsewhere.
 */

/** Nearest integer, halves to even, as ONNX and QONNX round. */
export function roundHalfEven(x) {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** Mean magnitude of each column. */
function columnMeans(w, inputs, outputs) {
  const means = new Float64Array(outputs);
  for (let i = 0; i < w.length; i++) means[i % outputs] += Math.abs(w[i]);
  return means.map((sum) => sum / inputs);
}

function quantizeColumns(w, scales, low, high) {
  const outputs = scales.length;
  return Float64Array.from(w, (value, i) => clamp(roundHalfEven(value / scales[i % outputs]), low, high));
}

/**
 * -1, 0, 1 with a scale per output of 1.4 mean magnitudes: weights below 0.7 of the mean become 0
 * (the threshold of Li et al., "Ternary weight networks", arXiv:1605.04711).
 */
export const ternary = {
  onnx: { op: "Quant", bits: 2, signed: 1, narrow: 1 },
  quantize(w, inputs, outputs) {
    const scales = columnMeans(w, inputs, outputs).map((mean) => Math.fround(1.4 * mean));
    return { codes: quantizeColumns(w, scales, -1, 1), scales };
  },
};

/** -2 to 1, one scale for the whole matrix. */
export const signed2 = {
  onnx: { op: "Quant", bits: 2, signed: 1, narrow: 0, perTensor: true },
  quantize(w, _inputs, outputs) {
    const mean = w.reduce((sum, value) => sum + Math.abs(value), 0) / w.length;
    const scales = new Float64Array(outputs).fill(Math.fround(mean));
    return { codes: quantizeColumns(w, scales, -2, 1), scales };
  },
};

/** -1 and 1, one scale for the whole matrix; shadow weights stay in -1 … 1. */
export const bipolar = {
  onnx: { op: "BipolarQuant", perTensor: true },
  quantize(w, inputs, outputs) {
    const scales = new Float64Array(outputs).fill(Math.fround(1 / Math.sqrt(inputs)));
    return { codes: Float64Array.from(w, (value) => (value >= 0 ? 1 : -1)), scales };
  },
  clips: true,
};

/** Weights as they are, for the baselines. */
export const real = {
  quantize: (w, _inputs, outputs) => ({
    codes: Float64Array.from(w),
    scales: new Float64Array(outputs).fill(1),
  }),
};

/**
 * ReLU and 0, 1, 2, 3 times a learned scale (Esser et al., "Learned step size quantization", arXiv:1902.08153):
 * inside the range the scale's gradient is `round(v) - v`, above it is 3.
 */
export const unsigned2 = {
  onnx: { op: "Quant", bits: 2, signed: 0, narrow: 0, relu: true },
  initialScale: 0.6,
  learnsScale: true,
  code: (y, scale) => clamp(roundHalfEven(Math.max(0, y) / scale), 0, 3),
  value: (code, scale) => code * scale,
  gradient(y, scale) {
    const v = y / scale;
    if (v <= 0) return { toInput: 0, toScale: 0 };
    if (v >= 3) return { toInput: 0, toScale: 3 };
    return { toInput: 1, toScale: roundHalfEven(v) - v };
  },
  /** Distance of `y` from the nearest change of code. */
  margin: (y, scale) => Math.min(...[0.5, 1.5, 2.5].map((edge) => Math.abs(y - edge * scale))),
};

/** -1 and 1; the gradient is hard-tanh's. */
export const sign = {
  onnx: { op: "BipolarQuant" },
  initialScale: 1,
  code: (y) => (y >= 0 ? 1 : -1),
  value: (code) => code,
  gradient: (y) => ({ toInput: Math.abs(y) <= 1 ? 1 : 0, toScale: 0 }),
  margin: (y) => Math.abs(y),
};

/** ReLU without quantization, for the baselines. */
export const relu = {
  initialScale: 1,
  code: (y) => Math.max(0, y),
  value: (code) => code,
  gradient: (y) => ({ toInput: y > 0 ? 1 : 0, toScale: 0 }),
  margin: () => Number.POSITIVE_INFINITY,
};
