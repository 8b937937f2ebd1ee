import { random } from "@gatefold/datasets";

/** Softmax cross-entropy: turns logits `[rows, classes]` into the gradient of the mean loss, and returns that loss. */
function crossEntropy(logits, labels) {
  const rows = labels.length;
  const classes = logits.length / rows;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * classes;
    const highest = Math.max(...logits.subarray(at, at + classes));
    let sum = 0;
    for (let j = at; j < at + classes; j++) {
      logits[j] = Math.exp(logits[j] - highest);
      sum += logits[j];
    }
    loss -= Math.log(logits[at + labels[row]] / sum) / rows;
    for (let j = at; j < at + classes; j++)
      logits[j] = (logits[j] / sum - (j - at === labels[row] ? 1 : 0)) / rows;
  }
  return loss;
}

/** Trains the layers in place: shuffled batches, Adam, the rate falling as a half cosine to 0. */
export function fitLayers(layers, pixels, labels, { epochs, batch, rate, seed, log }) {
  const width = pixels.length / labels.length;
  const steps = Math.floor(labels.length / batch);
  const x = new Float64Array(batch * width);
  const y = new Uint8Array(batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random(seed, epoch).permutation(labels.length);
    let loss = 0;
    for (let step = 0; step < steps; step++) {
      for (let row = 0; row < batch; row++) {
        const from = order[step * batch + row];
        y[row] = labels[from];
        for (let i = 0; i < width; i++) x[row * width + i] = pixels[from * width + i] / 255;
      }
      let values = x;
      for (const layer of layers) values = layer.forward(values, batch);
      loss += crossEntropy(values, y) / steps;
      let gradient = values;
      for (const layer of layers.toReversed()) gradient = layer.backward(gradient);
      const done = epoch * steps + step;
      const rateNow = (rate / 2) * (1 + Math.cos((Math.PI * done) / (epochs * steps)));
      for (const layer of layers) layer.update(rateNow, done + 1);
    }
    log?.(`epoch ${epoch + 1}/${epochs}  loss ${loss.toFixed(4)}`);
  }
}
