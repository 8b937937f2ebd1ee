// The shipped network behind the serial line of each board that the embedded tools can place: what it takes of the device, how fast it may
// run, how large the bitstream is.
//
//   node tools/campaigns/boards.mjs [board …]
//
// Exits 1 when a board's clock is not met. Rejects when the circuit does not fit.
import { join } from "node:path";
import { emitModel } from "@gatefold/cli";
import { boardDesign, boards } from "@gatefold/projects";
import { ice40Devices, placeAndRoute } from "@gatefold/synth";
import { createToolchain } from "@gatefold/toolchain";

const model = join(import.meta.dirname, "../../examples/digits/digits.onnx");
const rates = (process.env.GATEFOLD_RATES ?? "400,5000").split(",").map(Number);
const wanted = process.argv.slice(2).filter((name) => boards.some((board) => board.name === name));
const toolchain = createToolchain();
let failures = 0;

for (const board of boards) {
  const { name, device, clockMhz, target } = board;
  if (!Object.hasOwn(ice40Devices, device) || (wanted.length > 0 && !wanted.includes(name))) continue;
  for (const fps of rates) {
    const options = { model, inputs: ["uint8:scale=1/255"], board: name, target, clockMhz, fps };
    const { compilation, files, design, fold } = await emitModel(options);
    const { top, sources, constraints } = compilation.facts.get(boardDesign);
    const placed = await placeAndRoute({
      files: Object.fromEntries([...sources, ...design.memories].map((path) => [path, files.get(path)])),
      pcf: files.get(constraints),
      harness: "never",
      package: board.package,
      ...{ top, device, clockMhz, toolchain },
    });
    const { synthesis, utilization, bitstream } = placed;
    const fmaxMhz = Math.min(...Object.values(placed.fmaxMhz));
    const used = (site) => `${utilization[site]?.used ?? 0} of ${utilization[site]?.available ?? 0}`;
    const ok = fmaxMhz >= clockMhz;
    if (!ok) failures++;
    console.log(
      [
        `${ok ? "ok  " : "FAIL"} ${name.padEnd(14)} ${fold.intervalCycles} cycles an inference`,
        `${synthesis.lutCount} LUT4, ${synthesis.ffCount} FF, ${used("ICESTORM_LC")} logic cells, ${used("ICESTORM_RAM")} BRAM`,
        `${fmaxMhz.toFixed(1)} MHz of ${clockMhz}, bitstream ${bitstream.length} bytes`,
      ].join("; "),
    );
  }
}
await toolchain.close();
process.exitCode = failures === 0 ? 0 : 1;
