// Wall time and peak memory of `gatefold build`, ONNX file to Verilog project, start of the process included, without
// verification and synthesis. Run after `npm run build`:
//
//   node bench/build.mjs [name …]
//
// The alternative in the same run is `gatefold --version`: what starting Node and loading the command line costs alone.
// Medians of RUNS runs (3). `CPU s` is the processor time of all threads, which a busy machine changes less than wall time. Networks lie in $GATEFOLD_SHARED/models; the shipped digit network is always there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const models = join(process.env.GATEFOLD_SHARED ?? join(root, "../shared"), "models");
const cli = join(root, "packages/cli/dist/bin.js");
const runs = Number(process.env.RUNS ?? 3);
const limitMs = 300_000;

/** Aims: seconds and megabytes, where one is set. */
const networks = [
  { name: "digits", path: join(root, "examples/digits/digits.onnx"), input: "uint8:scale=1/255" },
  { name: "TFC", file: "finn__tfc_w1a1", input: "uint8", aimSeconds: 1.5 },
  { name: "LFC", file: "bnn-pynq__lfcW1A1_mnist", input: "uint8", aimSeconds: 5, aimMb: 700 },
  { name: "KWS", file: "mlperftiny__kws_w3a3_QONNX_model", input: "int8:scale=0.33674246072769165" },
  { name: "CNV", file: "bnn-pynq__cnvW1A1_cifar10", input: "uint8", aimSeconds: 6, aimMb: 1000 },
  { name: "ResNet-8", file: "nn2fpga__resnet8_a8w8b16" },
  { name: "VGG10", file: "brevitas-radioml__VGG10_w8a8" },
].map((n) => ({ ...n, path: n.path ?? join(models, `${n.file}.onnx`) }));

// Written by the process itself as it ends, so that no tool for measuring is needed.
const marker = "peak-kilobytes-and-cpu-microseconds";
const reporter = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();writeSync(2,"\\n${marker} "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime)+"\\n")})`;

/** One run of the command line: wall time, processor time of all its threads, peak resident memory. */
function measure(args) {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(process.execPath, ["--import", reporter, cli, ...args], {
    encoding: "utf8",
    timeout: limitMs,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const seconds = (performance.now() - start) / 1000;
  const used = new RegExp(`${marker} (\\d+) (\\d+)`).exec(stderr ?? "");
  if (error || status !== 0 || used === null) {
    const reason = (stderr ?? "").split("\n").find((line) => line.includes("error")) ?? "";
    return { failure: `${error?.message ?? `exit code ${status}`}: ${reason}`.trim() };
  }
  return { seconds, cpuSeconds: Number(used[2]) / 1e6, mb: (Number(used[1]) * 1024) / 1e6 };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function medians(args) {
  const results = [];
  for (let i = 0; i < runs; i++) {
    const result = measure(args());
    if (result.failure !== undefined) return result;
    results.push(result);
  }
  const of = (key) => median(results.map((r) => r[key]));
  return { seconds: of("seconds"), cpuSeconds: of("cpuSeconds"), mb: of("mb") };
}

const bytesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

const work = mkdtempSync(join(tmpdir(), "gatefold-bench-"));
try {
  const alone = medians(() => ["--version"]);
  if (alone.failure !== undefined) throw new Error(`gatefold --version: ${alone.failure}`);
  console.log(`medians of ${runs} runs; ratio: to \`gatefold --version\` in the same run`);
  const columns = ["network", "seconds", "ratio", "CPU s", "peak MB", "ratio", "written MB", "aim"];
  const widths = [10, 9, 7, 7, 9, 7, 11, 0];
  const line = (cells) =>
    console.log(cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join("  "));
  line(columns);
  line([
    "--version",
    alone.seconds.toFixed(2),
    "1.0",
    alone.cpuSeconds.toFixed(2),
    alone.mb.toFixed(0),
    "1.0",
    "",
    "",
  ]);
  const wanted = process.argv.slice(2);
  for (const { name, path, input, aimSeconds, aimMb } of networks) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    if (!existsSync(path)) {
      line([name, "skipped: not in $GATEFOLD_SHARED/models"]);
      continue;
    }
    const out = join(work, name);
    const encoding = input === undefined ? [] : ["--input", input];
    const found = medians(() => {
      rmSync(out, { recursive: true, force: true });
      return ["build", path, ...encoding, "--no-synth", "--verify", "0", "--rtl-verify", "0", "--out", out];
    });
    if (found.failure !== undefined) {
      line([name, found.failure]);
      process.exitCode = 1;
      continue;
    }
    const { seconds, cpuSeconds, mb } = found;
    const aims = [
      ...(aimSeconds === undefined ? [] : [`${seconds < aimSeconds ? "met" : "MISSED"} < ${aimSeconds} s`]),
      ...(aimMb === undefined ? [] : [`${mb < aimMb ? "met" : "MISSED"} < ${aimMb} MB`]),
    ];
    line([
      name,
      seconds.toFixed(2),
      (seconds / alone.seconds).toFixed(1),
      cpuSeconds.toFixed(2),
      mb.toFixed(0),
      (mb / alone.mb).toFixed(1),
      (bytesIn(out) / 1e6).toFixed(1),
      aims.join(", "),
    ]);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
