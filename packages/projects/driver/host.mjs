// Runs frames of codes on the board behind a serial line.
//
//   node host.mjs /dev/ttyUSB1 codes.json > results.json
//
// codes.json: a list of frames, each the list of an input's codes in the circuit's order (driver/layout.json has shape and type; a quantizer
// that stands there as `encoding` makes them from real values). The results are the output's codes, frame by frame.
import { readFileSync } from "node:fs";
import { packFrames, uartInfer, unpackFrames } from "@gatefold/projects";

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const here = (path) => new URL(path, import.meta.url);

const [path, codes] = process.argv.slice(2);
if (path === undefined || codes === undefined) {
  console.error("usage: node host.mjs <serial port> <codes.json>");
  process.exit(2);
}
const { baud } = json(here("board.json"));
const { inputs, outputs } = json(here("../driver/layout.json"));
const frames = json(codes).map((frame) => packFrames(inputs[0], frame));
const results = await uartInfer(path, frames, { baud, replyBytes: outputs[0].frameBytes });
console.log(JSON.stringify(results.map((bytes) => unpackFrames(outputs[0], bytes))));
