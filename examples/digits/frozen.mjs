import { EPSILON } from "./layers.mjs";

/**
 * The shipped network's function, in float64 and written for reading: `x` `[inputs]` → logits, and the smallest
 * distance of any normalised sum from a change of code.
 */
export function runFrozen(layers, x) {
  let values = x;
  let margin = Number.POSITIVE_INFINITY;
  for (const layer of layers) {
    const { outputs, activation, activationScale } = layer;
    const next = new Float64Array(outputs);
    for (let j = 0; j < outputs; j++) {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += values[i] * layer.codes[i * outputs + j];
      const z = sum * layer.scales[j];
      if (!activation) {
        next[j] = z + layer.beta[j];
        continue;
      }
      const y =
        ((z - layer.mean[j]) / Math.sqrt(layer.variance[j] + EPSILON)) * layer.gamma[j] + layer.beta[j];
      const code = activation.code(y, activationScale);
      margin = Math.min(margin, activation.margin(y, activationScale));
      next[j] = activation.value(code, activationScale);
    }
    values = next;
  }
  return { logits: values, margin };
}

export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Runs `[count, pixels]` bytes through the network as pixel / 255. */
export function evaluate(layers, pixels, labels) {
  const width = pixels.length / labels.length;
  let correct = 0;
  let margin = Number.POSITIVE_INFINITY;
  const logits = [];
  for (let i = 0; i < labels.length; i++) {
    const run = runFrozen(
      layers,
      Float64Array.from(pixels.subarray(i * width, (i + 1) * width), (p) => p / 255),
    );
    if (argmax(run.logits) === labels[i]) correct++;
    margin = Math.min(margin, run.margin);
    logits.push(...run.logits);
  }
  return { accuracy: correct / labels.length, correct, margin, logits: Float64Array.from(logits) };
}
