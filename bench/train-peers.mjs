// The training step of train.mjs in other JavaScript libraries; each gives `{ name, create(net) }` or undefined when it is not
// installed in the folder. `create` gives `{ step(x, labels): loss, dispose() }`.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where the folder has a package, or undefined. */
function find(folder, name) {
  try {
    return createRequire(join(folder, "x.js")).resolve(name);
  } catch {
    return undefined;
  }
}

const adam = { rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** @jax-js/jax on its WebAssembly backend; the whole step, Adam included, is one `jit`. */
export async function jaxPeer(folder) {
  const path = find(folder, "@jax-js/jax");
  if (!path) return undefined;
  const jax = await import(pathToFileURL(join(dirname(path), "index.js")));
  const { numpy: np, lax, nn } = jax;
  await jax.init("cpu", "wasm");
  jax.defaultDevice("wasm");
  const quantize = (x, { scale, low, high }) => {
    const v = np.clip(x.div(scale), low, high);
    const rounded = np.round(v.ref);
    return v.ref.add(lax.stopGradient(rounded.sub(v))).mul(scale);
  };
  const norm = (x, gamma, beta) => {
    const centred = x.ref.sub(np.mean(x, 0, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), 0, { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(gamma)
      .add(beta);
  };
  const lossOf = (net) => (parameters, x, oneHot) => {
    let h = x;
    for (const [i, layer] of net.layers.entries()) {
      const w = quantize(parameters[3 * i], layer.weightQuantizer);
      if (layer.taps) {
        const { height, width, kernel, channels } = layer;
        const parts = [];
        const shape = [net.batch, height + kernel - 1, width + kernel - 1, channels];
        const image = h.reshape(shape);
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++)
            parts.push(image.ref.slice([], [ky, ky + height], [kx, kx + width], []));
        image.dispose();
        h = np.concatenate(parts, 3).reshape([net.batch * height * width, kernel * kernel * channels]);
      } else h = h.reshape([net.batch, layer.inputs]);
      h = norm(np.matmul(h, w), parameters[3 * i + 1], parameters[3 * i + 2]);
      if (layer.quantizer) h = quantize(h, layer.quantizer);
    }
    return np.sum(nn.logSoftmax(h, 1).mul(oneHot)).mul(-1 / net.batch);
  };
  return {
    name: "@jax-js/jax (wasm, jit)",
    create(net) {
      const differentiate = jax.valueAndGrad(lossOf(net));
      const run = jax.jit((parameters, first, second, x, oneHot, c1, c2) => {
        const [loss, gradients] = differentiate(
          parameters.map((p) => p.ref),
          x,
          oneHot,
        );
        const next = { parameters: [], first: [], second: [] };
        for (const [i, g] of gradients.entries()) {
          const m = first[i].mul(adam.beta1).add(g.ref.mul(1 - adam.beta1));
          const v = second[i].mul(adam.beta2).add(np.square(g).mul(1 - adam.beta2));
          const change = m.ref
            .mul(c1.ref)
            .mul(adam.rate)
            .div(np.sqrt(v.ref.mul(c2.ref)).add(adam.epsilon));
          next.parameters.push(parameters[i].sub(change));
          next.first.push(m);
          next.second.push(v);
        }
        c1.dispose();
        c2.dispose();
        return [loss, next.parameters, next.first, next.second];
      });
      let parameters = net.initial.map(({ data, shape }) => np.array(data, { shape }));
      let first = net.initial.map(({ shape }) => np.zeros(shape));
      let second = net.initial.map(({ shape }) => np.zeros(shape));
      let count = 0;
      return {
        step(x, labels) {
          count++;
          let loss;
          [loss, parameters, first, second] = run(
            parameters,
            first,
            second,
            np.array(x, { shape: [net.batch, x.length / net.batch] }),
            np.array(oneHotOf(labels), { shape: [net.batch, 10] }),
            np.array(1 / (1 - adam.beta1 ** count)),
            np.array(1 / (1 - adam.beta2 ** count)),
          );
          return loss.item();
        },
        dispose() {},
      };
    },
  };
}

/** @tensorflow/tfjs on its WebAssembly backend. */
export async function tfjsPeer(folder) {
  const core = find(folder, "@tensorflow/tfjs");
  const backend = find(folder, "@tensorflow/tfjs-backend-wasm");
  if (!core || !backend) return undefined;
  const require = createRequire(join(folder, "x.js"));
  const tf = require("@tensorflow/tfjs");
  require("@tensorflow/tfjs-backend-wasm").setWasmPaths(`${dirname(backend)}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  const quantizer = ({ scale, low, high }) =>
    tf.customGrad((x, save) => {
      save([x]);
      const value = tf.mul(tf.clipByValue(tf.round(tf.div(x, scale)), low, high), scale);
      const gradFunc = (dy, [saved]) => {
        const inside = tf.logicalAnd(tf.greaterEqual(saved, low * scale), tf.lessEqual(saved, high * scale));
        return tf.mul(dy, tf.cast(inside, "float32"));
      };
      return { value, gradFunc };
    });
  return {
    name: "@tensorflow/tfjs (wasm)",
    create(net) {
      const variables = net.initial.map(({ data, shape }) => tf.variable(tf.tensor(data, shape)));
      const optimizer = tf.train.adam(adam.rate, adam.beta1, adam.beta2, adam.epsilon);
      const layers = net.layers.map((layer) => ({
        ...layer,
        quantizeWeights: quantizer(layer.weightQuantizer),
        quantize: layer.quantizer && quantizer(layer.quantizer),
      }));
      const lossOf = (x, oneHot) => {
        let h = x;
        for (const [i, layer] of layers.entries()) {
          if (layer.taps) {
            const { height, width, kernel, channels } = layer;
            const image = tf.reshape(h, [net.batch, height + kernel - 1, width + kernel - 1, channels]);
            const parts = [];
            for (let ky = 0; ky < kernel; ky++)
              for (let kx = 0; kx < kernel; kx++)
                parts.push(tf.slice(image, [0, ky, kx, 0], [net.batch, height, width, channels]));
            h = tf.reshape(tf.concat(parts, 3), [net.batch * height * width, kernel * kernel * channels]);
          } else h = tf.reshape(h, [net.batch, layer.inputs]);
          h = tf.matMul(h, layer.quantizeWeights(variables[3 * i]));
          const centred = tf.sub(h, tf.mean(h, 0, true));
          const variance = tf.mean(tf.square(centred), 0, true);
          const unit = tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)));
          h = tf.add(tf.mul(unit, variables[3 * i + 1]), variables[3 * i + 2]);
          if (layer.quantize) h = layer.quantize(h);
        }
        return tf.mul(tf.sum(tf.mul(tf.logSoftmax(h), oneHot)), -1 / net.batch);
      };
      return {
        step: (x, labels) =>
          tf.tidy(() => {
            const input = tf.tensor(x, [net.batch, x.length / net.batch]);
            const oneHot = tf.tensor(oneHotOf(labels), [net.batch, 10]);
            return optimizer.minimize(() => lossOf(input, oneHot), true, variables).dataSync()[0];
          }),
        dispose: () => tf.dispose(variables),
      };
    },
  };
}

function oneHotOf(labels) {
  const values = new Float32Array(labels.length * 10);
  for (let n = 0; n < labels.length; n++) values[n * 10 + labels[n]] = 1;
  return values;
}
