// Inferences per second of the executor on two shapes, random weights. Run after `npm run build`: node bench/exec.mjs
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
import { ArgMax, accumulatorRange, MatMul, Threshold } from "@gatefold/dialect-q";
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

const three = (count) => codes(count, -4, 3);
const nets = [
  net("lfc-w1a1", "bipolar", 784, [1024, 1024, 1024], "bipolar", signs, 1, "bipolar", 10),
  net("lfc-w1a1, u8 in", "u8", 784, [1024, 1024, 1024], "bipolar", signs, 1, "bipolar", 10),
  net("lfc-w1a2", "u2", 784, [1024, 1024, 1024], "bipolar", signs, 3, "u2", 10),
  net("kws-w3a3", "i8", 490, [256, 256, 256], "i3", three, 7, "u3", 12),
  net("kws-w8a8", "i8", 490, [256, 256, 256], "i8", (n) => codes(n, -128, 127), 255, "u8", 12),
];

const seconds = Number(process.env.BENCH_SECONDS ?? 1);
for (const graph of nets) {
  const { elem, shape } = graph.inputs[0].type;
  const width = shape.at(-1);
  const count = 4096;
  const values =
    elem === "bipolar"
      ? signs(width * count)
      : codes(width * count, elem === "i8" ? -128 : 0, elem === "u2" ? 3 : elem === "i8" ? 127 : 255);
  const { data } = tensorFrom(elem, [count, width], values);
  const planStart = performance.now();
  const executor = createExecutor(graph);
  const planMs = performance.now() - planStart;
  const first = executor.run({ data, count }).outputs[0];
  for (let s = 0; s < 3; s++) {
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
  const macs = [...graph.ops()]
    .filter(MatMul.is)
    .reduce((sum, op) => sum + op.operand(1).type.shape[0] * op.operand(1).type.shape[1], 0);
  process.stdout.write(
    `${graph.name}: ${Math.round(one)} inferences/s in one thread (${((2 * macs * one) / 1e9).toFixed(0)} Gop/s), ` +
      `${Math.round(all)} with ${availableParallelism()} workers; plan ${planMs.toFixed(0)} ms, chunk ${executor.chunkSamples}\n`,
  );
  if (process.argv.includes("--plan")) process.stdout.write(`${printPlan(executor.plan)}\n\n`);
  await executor.close();
}
