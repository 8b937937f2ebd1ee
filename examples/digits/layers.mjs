import { random } from "@gatefold/datasets";

export const EPSILON = Math.fround(1e-5);
const MOMENTUM = 0.1;

/**
 * `c[m, n] += a[m, k] · b[k, n]`, with `a` stored as `[k, m]` when transposed. Four terms at a time: `c` is read and
 * written a quarter as often.
 */
function gemm(a, b, c, m, k, n, aTransposed = false) {
  const rowStride = aTransposed ? 1 : k;
  const termStride = aTransposed ? m : 1;
  for (let i = 0; i < m; i++) {
    const out = i * n;
    let t = 0;
    for (; t + 4 <= k; t += 4) {
      const at = i * rowStride + t * termStride;
      const a0 = a[at];
      const a1 = a[at + termStride];
      const a2 = a[at + 2 * termStride];
      const a3 = a[at + 3 * termStride];
      const b0 = t * n;
      for (let j = 0; j < n; j++) {
        c[out + j] += a0 * b[b0 + j] + a1 * b[b0 + n + j] + a2 * b[b0 + 2 * n + j] + a3 * b[b0 + 3 * n + j];
      }
    }
    for (; t < k; t++) {
      const value = a[i * rowStride + t * termStride];
      for (let j = 0; j < n; j++) c[out + j] += value * b[t * n + j];
    }
  }
}

const parameter = (values) => ({
  values,
  gradient: new Float64Array(values.length),
  first: new Float64Array(values.length),
  second: new Float64Array(values.length),
});

/** One Adam step (Kingma & Ba, arXiv:1412.6980) for a parameter; `step` counts from 1. */
function adam(p, rate, step) {
  const correction = Math.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step);
  for (let i = 0; i < p.values.length; i++) {
    const g = p.gradient[i];
    p.first[i] = 0.9 * p.first[i] + 0.1 * g;
    p.second[i] = 0.999 * p.second[i] + 0.001 * g * g;
    p.values[i] -= (rate * correction * p.first[i]) / (Math.sqrt(p.second[i]) + 1e-8);
  }
}

/**
 * A dense layer of quantized weights, then either batch normalisation and a quantized activation (hidden layers), or a
 * bias (`activation` absent: the last layer).
 */
export function denseLayer({ inputs, outputs, weights, activation, seed, first = false }) {
  const rng = random(seed);
  const reach = 1 / Math.sqrt(inputs);
  const w = parameter(Float64Array.from({ length: inputs * outputs }, () => rng.between(-reach, reach)));
  // One channel in eight begins with a negative gain, so that falling thresholds are trained too.
  const gamma = parameter(Float64Array.from({ length: outputs }, () => (rng.below(8) === 0 ? -1 : 1)));
  const beta = parameter(new Float64Array(outputs));
  const scale = parameter(Float64Array.of(activation?.initialScale ?? 1));
  const mean = new Float64Array(outputs);
  const variance = new Float64Array(outputs).fill(1);
  let kept;

  function effectiveWeights() {
    const { codes, scales } = weights.quantize(w.values, inputs, outputs);
    return { codes, scales, values: codes.map((code, i) => code * scales[i % outputs]) };
  }

  function forward(x, rows) {
    const { values } = effectiveWeights();
    const z = new Float64Array(rows * outputs);
    gemm(x, values, z, rows, inputs, outputs);
    if (!activation) {
      for (let i = 0; i < z.length; i++) z[i] += beta.values[i % outputs];
      kept = { x, rows, values };
      return z;
    }
    const batchMean = new Float64Array(outputs);
    const batchVariance = new Float64Array(outputs);
    for (let i = 0; i < z.length; i++) batchMean[i % outputs] += z[i] / rows;
    for (let i = 0; i < z.length; i++)
      batchVariance[i % outputs] += (z[i] - batchMean[i % outputs]) ** 2 / rows;
    const inverse = batchVariance.map((v) => 1 / Math.sqrt(v + EPSILON));
    for (let j = 0; j < outputs; j++) {
      mean[j] += MOMENTUM * (batchMean[j] - mean[j]);
      variance[j] += MOMENTUM * (batchVariance[j] - variance[j]);
    }
    const normal = z.map((value, i) => (value - batchMean[i % outputs]) * inverse[i % outputs]);
    const y = normal.map((value, i) => value * gamma.values[i % outputs] + beta.values[i % outputs]);
    kept = { x, rows, values, normal, inverse, y };
    return y.map((value) => activation.value(activation.code(value, scale.values[0]), scale.values[0]));
  }

  /** Gradient of the layer's output to that of its input (none for the first layer); parameters' gradients are set. */
  function backward(outGradient) {
    const { x, rows, values, normal, inverse, y } = kept;
    let g = outGradient;
    beta.gradient.fill(0);
    if (activation) {
      let scaleGradient = 0;
      g = g.map((value, i) => {
        const { toInput, toScale } = activation.gradient(y[i], scale.values[0]);
        scaleGradient += value * toScale;
        return value * toInput;
      });
      scale.gradient[0] = scaleGradient / Math.sqrt(3 * rows * outputs);
      gamma.gradient.fill(0);
      for (let i = 0; i < g.length; i++) {
        gamma.gradient[i % outputs] += g[i] * normal[i];
        beta.gradient[i % outputs] += g[i];
      }
      g = g.map((value, i) => {
        const j = i % outputs;
        const centred = value - beta.gradient[j] / rows - (normal[i] * gamma.gradient[j]) / rows;
        return gamma.values[j] * inverse[j] * centred;
      });
    } else for (let i = 0; i < g.length; i++) beta.gradient[i % outputs] += g[i];
    w.gradient.fill(0);
    gemm(x, g, w.gradient, inputs, rows, outputs, true);
    if (first) return undefined;
    const transposed = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++)
      transposed[(i % outputs) * inputs + Math.floor(i / outputs)] = values[i];
    const inGradient = new Float64Array(rows * inputs);
    gemm(g, transposed, inGradient, rows, outputs, inputs);
    return inGradient;
  }

  function update(rate, step) {
    for (const p of activation ? [w, gamma, beta] : [w, beta]) adam(p, rate, step);
    if (activation?.learnsScale) adam(scale, rate, step);
    if (weights.clips)
      for (let i = 0; i < w.values.length; i++) w.values[i] = Math.max(-1, Math.min(1, w.values[i]));
  }

  /** The layer as it is shipped: integer codes and float32 numbers. */
  function freeze() {
    const { codes, scales } = effectiveWeights();
    const round32 = (values) => Float64Array.from(values, Math.fround);
    return {
      inputs,
      outputs,
      weights: weights.onnx,
      codes,
      scales,
      activation,
      gamma: round32(gamma.values),
      beta: round32(beta.values),
      mean: round32(mean),
      variance: round32(variance),
      activationScale: Math.fround(scale.values[0]),
    };
  }
  return { forward, backward, update, freeze };
}
