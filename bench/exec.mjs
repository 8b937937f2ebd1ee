// Inferences per second of the executor on dense and image networks' shapes, random weights, as a ratio to the reference evaluator on the same
// samples. Run after `npm run build`: node bench/exec.mjs [--plan]
import { availableParallelism } from "node:os";
import {
  Constant,
  elemForRange,
  evaluate,
  Graph,
  randomInteger,
  seededRandom,
  tensor,
  tensorFrom,
} from "@gatefold/core";
import {
  Add,
  ArgMax,
  accumulatorRange,
  Conv,
  convRange,
  MatMul,
  MaxPool,
  Reshape,
  Threshold,
} from "@gatefold/dialect-q";
import { createExecutor, printPlan, sampleTensor } from "@gatefold/exec";

const random = seededRandom(1);
const codes = (count, lo, hi) => Array.from({ length: count }, () => randomInteger(random, lo, hi));
const signs = (count) => Array.from({ length: count }, () => (random() < 0.5 ? -1 : 1));
const constant = (graph, elem, shape, values) =>
  Constant.build(graph, [], { value: tensorFrom(elem, shape, values) });

function dense(graph, x, range, height, elem, weights) {
  const width = x.type.shape.at(-1);
  const w = constant(graph, elem, [height, width], weights(height * width));
  const { lo, hi } = accumulatorRange(w.op.attrs.value, range, 1);
  return MatMul.build(graph, [x, w], { elem: elemForRange(lo, hi) });
}

/** Thresholds around 0, spread as far as random sums do. */
function activate(graph, x, count, spread, elem) {
  const channels = x.type.shape.at(-1);
  const rows = Array.from({ length: channels }, () => codes(count, -spread, spread).sort((a, b) => a - b));
  return Threshold.build(graph, [x, constant(graph, "i32", [channels, count], rows.flat())], { elem });
}

function net(name, elem, width, hidden, weightElem, weights, count, actElem, classes) {
  const graph = new Graph(name);
  const bipolar = actElem === "bipolar";
  const act = bipolar ? { lo: -1, hi: 1 } : { lo: 0, hi: count };
  let range = elem === "i8" ? { lo: -128, hi: 127 } : elem === "u8" ? { lo: 0, hi: 255 } : { lo: -1, hi: 1 };
  let x = graph.addInput(tensor(elem, [1, width]));
  for (const height of hidden) {
    x = dense(graph, x, range, height, weightElem, weights);
    x = activate(
      graph,
      x,
      count,
      Math.round(Math.sqrt(x.op.operand(0).type.shape.at(-1)) * range.hi),
      actElem,
    );
    range = act;
  }
  graph.setOutputs([ArgMax.build(graph, [dense(graph, x, range, classes, weightElem, weights)])]);
  return graph;
}

function conv(graph, x, range, filters, side, elem, weights, attrs = {}) {
  const w = constant(
    graph,
    elem,
    [filters, side, side, x.type.shape[3]],
    weights(filters * side * side * x.type.shape[3]),
  );
  const { lo, hi } = convRange(w.op.attrs.value, range, 1, attrs.pads ? 0 : undefined);
  return Conv.build(graph, [x, w], { ...attrs, elem: elemForRange(lo, hi) });
}

/** BNN-PYNQ's CNV on CIFAR-10: six 3x3 convolutions and three dense layers of signs. */
function cnv() {
  const graph = new Graph("cnv-w1a1");
  const sign = { lo: -1, hi: 1 };
  let x = graph.addInput(tensor("i8", [1, 32, 32, 3]));
  let range = { lo: -128, hi: 127 };
  for (const filters of [64, 64, 0, 128, 128, 0, 256, 256]) {
    if (filters === 0) {
      x = MaxPool.build(graph, [x], { kernel: [2, 2], strides: [2, 2] });
      continue;
    }
    x = activate(graph, conv(graph, x, range, filters, 3, "bipolar", signs), 1, 3 * range.hi, "bipolar");
    range = sign;
  }
  x = Reshape.build(graph, [x], { shape: [1, 256] });
  for (const height of [512, 512])
    x = activate(graph, dense(graph, x, sign, height, "bipolar", signs), 1, 20, "bipolar");
  graph.setOutputs([ArgMax.build(graph, [dense(graph, x, sign, 10, "bipolar", signs)])]);
  return graph;
}

/** A uniform quantizer to 8 bits, its step another one in each channel. */
function quantize(graph, x, reach) {
  const channels = x.type.shape.at(-1);
  const rows = Array.from({ length: channels }, () => {
    const step = (0.5 + random()) * (reach / 128);
    return Array.from({ length: 255 }, (_, j) => Math.ceil((j + 0.5) * step - reach / 4));
  });
  return Threshold.build(graph, [x, constant(graph, "i32", [channels, 255], rows.flat())], { elem: "u8" });
}

/** ResNet-8 on CIFAR-10 with 8-bit weights and activations. */
function resnet8() {
  const graph = new Graph("resnet8-w8a8");
  const codes8 = { lo: 0, hi: 255 };
  const bytes = (n) => codes(n, -128, 127);
  const layer = (x, filters, side, stride, range = codes8) => {
    const pads = side === 3 ? [1, 1, 1, 1] : undefined;
    const sums = conv(graph, x, range, filters, side, "i8", bytes, {
      strides: [stride, stride],
      ...(pads && { pads }),
    });
    return quantize(graph, sums, 74 * 140 * Math.sqrt(side * side * x.type.shape[3]));
  };
  let x = layer(graph.addInput(tensor("i8", [1, 32, 32, 3])), 16, 3, 1, { lo: -128, hi: 127 });
  for (const [filters, stride] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ]) {
    const long = layer(layer(x, filters, 3, stride), filters, 3, 1);
    const short = stride === 1 ? x : layer(x, filters, 1, stride);
    x = quantize(graph, Add.build(graph, [long, short], { elem: "u9" }), 256);
  }
  x = Reshape.build(graph, [MaxPool.build(graph, [x], { kernel: [8, 8] })], { shape: [1, 64] });
  graph.setOutputs([ArgMax.build(graph, [dense(graph, x, codes8, 10, "i8", bytes)])]);
  return graph;
}

/** Multiplications and additions of one inference. */
function operations(graph) {
  let macs = 0;
  for (const op of graph.ops())
    if (MatMul.is(op) || Conv.is(op)) {
      const { shape } = op.result().type;
      macs +=
        (shape.reduce((a, b) => a * b, 1) / shape.at(-1)) *
        op.operand(1).type.shape.reduce((a, b) => a * b, 1);
    }
  return 2 * macs;
}

const three = (count) => codes(count, -4, 3);
const nets = [
  net("lfc-w1a1", "bipolar", 784, [1024, 1024, 1024], "bipolar", signs, 1, "bipolar", 10),
  net("lfc-w1a1, u8 in", "u8", 784, [1024, 1024, 1024], "bipolar", signs, 1, "bipolar", 10),
  net("lfc-w1a2", "u2", 784, [1024, 1024, 1024], "bipolar", signs, 3, "u2", 10),
  net("kws-w3a3", "i8", 490, [256, 256, 256], "i3", three, 7, "u3", 12),
  net("kws-w8a8", "i8", 490, [256, 256, 256], "i8", (n) => codes(n, -128, 127), 255, "u8", 12),
  cnv(),
  resnet8(),
];

const seconds = Number(process.env.BENCH_SECONDS ?? 1);
for (const graph of nets) {
  const { elem, shape } = graph.inputs[0].type;
  const width = shape.reduce((a, b) => a * b, 1);
  const images = shape.length === 4;
  const count = images ? 256 : 4096;
  const values =
    elem === "bipolar"
      ? signs(width * count)
      : codes(width * count, elem === "i8" ? -128 : 0, elem === "u2" ? 3 : elem === "i8" ? 127 : 255);
  const { data } = tensorFrom(elem, [count, width], values);
  const planStart = performance.now();
  const executor = createExecutor(graph);
  const planMs = performance.now() - planStart;
  const first = executor.run({ data, count }).outputs[0];
  for (let s = 0; s < (images ? 1 : 3); s++) {
    const [wanted] = evaluate(graph, [sampleTensor(graph.inputs[0].type, data, s)]);
    if (wanted.data[0] !== first[s]) throw new Error(`${graph.name}: sample ${s} differs from the reference`);
  }
  const rate = async (run) => {
    let best = 0;
    for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
      const start = performance.now();
      await run();
      best = Math.max(best, (1000 * count) / (performance.now() - start));
    }
    return best;
  };
  const one = await rate(() => executor.run({ data, count }));
  const shared = new data.constructor(new SharedArrayBuffer(data.byteLength));
  shared.set(data);
  const all = await rate(() => executor.runParallel({ data: shared, count }));
  // The evaluator: a few samples, for a tenth of the time.
  let evaluated = 0;
  const evaluatorStart = performance.now();
  while (performance.now() - evaluatorStart < 100 * seconds) {
    evaluate(graph, [sampleTensor(graph.inputs[0].type, data, evaluated++ % count)]);
  }
  const reference = (1000 * evaluated) / (performance.now() - evaluatorStart);
  process.stdout.write(
    `${graph.name}: ${Math.round(one)} inferences/s in one thread (${((operations(graph) * one) / 1e9).toFixed(0)} Gop/s), ` +
      `${Math.round(all)} with ${availableParallelism()} workers; reference evaluator ${reference.toFixed(0)}, ` +
      `ratio ${(one / reference).toFixed(0)}; plan ${planMs.toFixed(0)} ms, chunk ${executor.chunkSamples}\n`,
  );
  if (process.argv.includes("--plan")) process.stdout.write(`${printPlan(executor.plan)}\n\n`);
  await executor.close();
}
