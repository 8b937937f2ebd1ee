// Quantization-aware pruning on UCI's digits: accuracy over bits and sparsity with bit operations beside it, after "Ps and Qs"
// (Hawks et al., arXiv:2102.11289): iterative pruning with fine-tuning, lottery tickets, one-shot.
//
//   npm run campaign:pruning [-- --bits 32,8,6,4,2 --seeds 1,2,3]
//
// 64-64-32-32-10 with batch normalization; trains on 3 000 images and measures on the 1 797 of other writers. The recipe was chosen
// with `--on validation`, 823 images more. Exits 1 when a claim does not hold.
import { hawksFractions, ofRemaining, oneShot } from "@gatefold/pass-prune";
import {
  activation,
  adam,
  batchNorm,
  bopsHawks,
  cosine,
  costLayers,
  dense,
  evaluate,
  int,
  l1Penalty,
  pruning,
  train,
  wasmKernels,
} from "@gatefold/train";
import { checker, mean, option, percent, seedsOf } from "./common.mjs";
import { optdigits } from "./optdigits.mjs";

const data = optdigits();
if (!data) {
  console.log("the digits are not there (GATEFOLD_SHARED): nothing was run");
  process.exit(0);
}
const seeds = seedsOf();
const bits = option("bits", ["32", "8", "6", "4", "2"]).map(Number);
const [epochs] = option("epochs", ["60"]).map(Number);
const [rate] = option("rate", ["0.002"]).map(Number);
const schedule = [0, ...ofRemaining(hawksFractions.slice(0, -1))];
const shown = [0, 0.5, 0.8, 0.9, 0.967, 0.989];
const engine = wasmKernels({ threads: 1 });

const flat = ({ x, y }) => ({ x: { shape: [y.length, 64], data: x.data }, y });
const trainSet = flat(data.train);
const measured = flat(data[option("on", ["test"])[0]]);

const learned = { kind: "learned" };
const quantized = (width, options) => (width === 32 ? {} : { [options.key]: int(options.spec) });

function network(width) {
  const weights = { key: "weights", spec: { bits: width, narrow: true, scale: learned } };
  const codes = { key: "quantizer", spec: { bits: width, signed: false, scale: learned } };
  const hidden = [64, 32, 32].flatMap((outputs) => [
    dense({ outputs, ...quantized(width, weights) }),
    batchNorm(),
    activation({ kind: "relu", ...quantized(width, codes) }),
  ]);
  return {
    input: {
      shape: [64],
      quantizer: int({ bits: 5, signed: false, scale: { kind: "constant", value: 1 / 16 } }),
    },
    layers: [...hidden, dense({ outputs: 10, bias: true, ...quantized(width, weights) })],
  };
}

/** Accuracy on the measured images and bit operations, after each round. */
async function run(width, seed, { rounds, plugin }) {
  const after = [];
  const look = {
    name: "look",
    setup: (hooks) => {
      hooks.afterRound.tap(({ model }) => {
        after.push({ accuracy: evaluate(model, measured).accuracy, bops: bopsHawks(costLayers(model)) });
      });
    },
  };
  await train({
    model: network(width),
    data: { train: trainSet },
    optimizer: adam({ rate }),
    schedule: cosine(),
    batch: 50,
    epochs,
    rounds,
    seed,
    engine,
    plugins: [plugin, l1Penalty({ lambda: 1e-4 }), look],
  });
  return after;
}

const nearest = (sparsity) =>
  schedule.reduce(
    (best, s, i) => (Math.abs(s - sparsity) < Math.abs(schedule[best] - sparsity) ? i : best),
    0,
  );
const at = (runs, sparsity) => runs.map((rounds) => rounds[nearest(sparsity)]);
const accuracies = (entries) => entries.map(({ accuracy }) => accuracy);

async function table(name, width, survivors) {
  const runs = [];
  for (const seed of seeds) {
    runs.push(await run(width, seed, { rounds: schedule.length, plugin: pruning({ schedule, survivors }) }));
  }
  const cells = shown.map((s) => {
    const entries = at(runs, s);
    return `${(100 * s).toFixed(0)} %: ${percent(accuracies(entries))} @${(mean(entries.map(({ bops }) => bops)) / 1000).toFixed(0)}k`;
  });
  console.log(`${String(width).padStart(2)} bit ${name.padEnd(12)} ${cells.join("   ")}`);
  return runs;
}

const checks = checker();
for (const width of bits) {
  const tuned = await table("fine-tune", width, "fine-tune");
  if (width !== 6) continue;
  const tickets = await table("rewind", width, "rewind");
  const once = [];
  for (const seed of seeds) {
    const plugin = pruning({ schedule: [0, ...oneShot(0.8)] });
    once.push((await run(width, seed, { rounds: 2, plugin })).at(-1));
  }
  console.log(` 6 bit one-shot     80 %: ${percent(accuracies(once))}`);
  const of = (runs, s) => mean(accuracies(at(runs, s)));
  checks.claim("80 % pruned loses at most 0.5 points", of(tuned, 0) - of(tuned, 0.8) <= 0.005);
  checks.claim("96.7 % pruned loses at least 15 points", of(tuned, 0) - of(tuned, 0.967) >= 0.15);
  checks.claim(
    "fine-tuning is at least as good as lottery tickets at 80 %",
    of(tuned, 0.8) >= of(tickets, 0.8),
  );
  checks.claim(
    "lottery tickets are at least as good as one-shot at 80 %",
    of(tickets, 0.8) >= mean(accuracies(once)),
  );
}
checks.exit();
