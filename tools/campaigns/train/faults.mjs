// Fault-aware training on UCI's digits: the worst accuracy over every stuck channel (and PE) of every convolution, with and without it,
// and with selective triplication.
//
//   npm run campaign:faults [-- --bits 2,4,1 --seeds 1,2,3 --epochs 40]
//
// Trains on 3 000 images, ranks channels on 823, measures on the 1 797 of other writers. Exits 1 when a claim does not hold.
import {
  classesOf,
  faultsOf,
  layersOf,
  mostCritical,
  rankChannels,
  runCampaign,
  select,
  stuckAtEnds,
  triplicate,
} from "@gatefold/fault";
import { adam, cosine, faultAware, train, wasmKernels } from "@gatefold/train";
import { checker, integersOf, mean, option, percent, seedsOf } from "./common.mjs";
import { digitsCnn } from "./digits-cnn.mjs";
import { optdigits } from "./optdigits.mjs";

const data = optdigits();
if (!data) {
  console.log("the digits are not there (GATEFOLD_SHARED): nothing was run");
  process.exit(0);
}
const seeds = seedsOf();
const bits = option("bits", ["2", "4", "1"]).map(Number);
const [epochs] = option("epochs", ["40"]).map(Number);
const fold = 4;
const engine = wasmKernels({ threads: 1 });

const convolutions = { modes: stuckAtEnds, only: "convolutions" };
const channel = { site: "channel", ...convolutions };
const pe = (names, channels) => ({
  site: "pe",
  ...convolutions,
  lanes: Object.fromEntries(names.map((name, i) => [name, channels[i] / fold])),
});
const activations = pe(["activation1", "activation2", "activation3"], [16, 16, 32]);
const regimes = {
  none: [],
  "a fault a batch": [faultAware({ families: [channel], when: "per-batch" })],
  "a channel a sample": [faultAware({ families: [channel], when: "per-sample" })],
  "a PE a sample": [faultAware({ families: [activations], when: "per-sample" })],
};

const samples = ({ x, y }, module) => ({
  codes: Uint8Array.from(x.data, (v) => v * 16),
  count: y.length,
  labels: y,
  classes: classesOf(module),
});

const campaign = (graph, set, family) =>
  runCampaign(graph, set, select(faultsOf(layersOf(graph), family), { kind: "exhaustive" }));

/** Worst accuracy on the test images with `share` of the convolutions' channels there three times, ranked on other images. */
function withRedundancy(module, ranked, share, set) {
  const count = Math.round(share * ranked.length);
  return campaign(triplicate(module.main, mostCritical(ranked, count)), set, channel).worst;
}

async function measure(width, plugins, seed) {
  const { model } = await train({
    model: digitsCnn({ weightBits: width, activationBits: width }),
    data: { train: data.train, validation: data.validation },
    optimizer: adam({ rate: 0.005 }),
    schedule: cosine(),
    batch: 50,
    epochs,
    seed,
    engine,
    plugins,
  });
  const module = await integersOf(model);
  const layers = layersOf(module.main).filter(({ isConvolution }) => isConvolution);
  const test = samples(data.test, module);
  const single = campaign(module.main, test, channel);
  const lanes = pe(
    layers.map(({ name }) => name),
    layers.map(({ channels }) => channels),
  );
  const ranked = rankChannels(campaign(module.main, samples(data.validation, module), channel));
  return {
    clean: single.cleanAccuracy,
    worst: single.worst,
    mean: single.mean,
    worstPe: campaign(module.main, test, lanes).worst,
    tenth: withRedundancy(module, ranked, 0.1, test),
    half: withRedundancy(module, ranked, 0.5, test),
  };
}

const checks = checker();
for (const width of bits) {
  const rows = {};
  for (const [name, plugins] of Object.entries(regimes)) {
    const runs = [];
    for (const seed of seeds) runs.push(await measure(width, plugins, seed));
    rows[name] = Object.fromEntries(Object.keys(runs[0]).map((key) => [key, runs.map((run) => run[key])]));
    const { clean, worst, worstPe, tenth, half } = rows[name];
    console.log(
      `W${width}A${width}  ${name.padEnd(20)} clean ${percent(clean)}  worst channel ${percent(worst)}  mean ${percent(rows[name].mean)}  worst PE ${percent(worstPe)}  tripled 10 % ${percent(tenth)}  50 % ${percent(half)}`,
    );
  }
  const of = (name, key) => mean(rows[name][key]);
  const [plain, aware] = [of("none", "worst"), of("a channel a sample", "worst")];
  const wanted = width === 1 ? 0.88 : 0.94;
  const plainAtMost = { 1: 1, 2: 0.8, 4: 0.7 }[width] ?? 1;
  checks.claim(
    `W${width}A${width}: without, the worst channel leaves at most ${100 * plainAtMost} %`,
    plain <= plainAtMost,
  );
  checks.claim(`W${width}A${width}: with, at least ${100 * wanted} %`, aware >= wanted);
  checks.claim(
    `W${width}A${width}: clean accuracy falls by at most 1 point`,
    of("none", "clean") - of("a channel a sample", "clean") <= 0.01,
  );
  const share = (of("a fault a batch", "worst") - plain) / (aware - plain);
  console.log(`W${width}A${width}  a fault a batch brings ${(100 * share).toFixed(0)} % of that`);
  // One bit leaves a channel two codes, and even the batch's normalization does not hide which of them is stuck.
  if (width > 1) {
    checks.claim(`W${width}A${width}: a fault a batch brings less than half`, share < 0.5);
    checks.claim(
      `W${width}A${width}: PE-shaped faults leave at least 92 %`,
      of("a PE a sample", "worstPe") >= 0.92,
    );
    checks.claim(
      `W${width}A${width}: tripling 10 % of the channels then does as well as tripling half without`,
      of("a channel a sample", "tenth") >= of("none", "half"),
    );
  }
}
checks.exit();
