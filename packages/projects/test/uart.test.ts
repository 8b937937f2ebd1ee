import { readFileSync } from "node:fs";
import { packBeats, printModule, RtlLibrary, unpackBeats } from "@gatefold/backend-verilog";
import { drawInputs, evaluate, makeTensor, type Tensor, tensorFrom } from "@gatefold/core";
import { openNpz } from "@gatefold/datasets";
import { boardDesign, uartBoard, uartShell } from "@gatefold/projects";
import { compileDesign, type Design } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { type Built, build, digits, digitsTest, filesOf, tiny } from "./compile.js";
import { SerialLine } from "./serial.js";

const uartModules = ["gf_power_on", "gf_uart_rx", "gf_uart_shell", "gf_uart_tx"];
const toolchain = createToolchain();
afterAll(() => toolchain.close());

/** The circuit behind a fast serial line. */
async function shellOf(built: Built, clocksPerBit: number): Promise<Design> {
  const { sources } = built.compilation.facts.need(boardDesign);
  const name = "shell_top";
  const shell = printModule(uartShell(built.design, { name, clocksPerBit, resetCycles: 8 }));
  const rtl = sources.filter((path) => !/board\/(digits|tiny)_/.test(path));
  const files = { ...filesOf(built, [...rtl, ...built.design.memories]), "shell_top.v": shell };
  return compileDesign({ files, top: name, toolchain });
}

/** Sends a frame and listens until its result is there. */
function infer(line: SerialLine, built: Built, codes: Tensor): readonly number[] {
  const [input, output] = [built.design.inputs[0]!, built.design.outputs[0]!];
  const before = line.heard().length;
  for (const byte of packBeats(codes, input.type)) line.send(byte);
  const bytes = (output.beatsPerFrame * output.tdataBits) / 8;
  for (let waited = 0; line.heard().length < before + bytes; waited++) {
    if (waited > 400) throw new Error(`${line.heard().length - before} of ${bytes} bytes came`);
    line.hold(1, 200);
  }
  return Array.from(unpackBeats(line.heard().slice(before), output.type).data, Number);
}

const integersOf = ({ compilation }: Built, codes: Tensor): readonly number[] =>
  Array.from(evaluate(compilation.module.main, [codes])[0]!.data, Number);

describe("a network behind a serial line", () => {
  it.each([4, 5, 8])("gives its integers at %d clock cycles a bit", async (clocksPerBit) => {
    const built = await build(tiny, [uartBoard({ board: "hx8k-breakout" })]);
    const line = new SerialLine(await shellOf(built, clocksPerBit), clocksPerBit);
    for (const [codes] of drawInputs(built.compilation.module, { rows: 20, seed: 3 }))
      expect(infer(line, built, codes!)).toEqual(integersOf(built, codes!));
  });

  it.each([49, 51])("understands a host of %d cycles a bit where the shell has 50", async (hostClocks) => {
    const built = await build(tiny, [uartBoard({ board: "hx8k-breakout" })]);
    const line = new SerialLine(await shellOf(built, 50), hostClocks);
    for (const [codes] of drawInputs(built.compilation.module, { rows: 5, seed: 5 }))
      expect(infer(line, built, codes!)).toEqual(integersOf(built, codes!));
  });

  it("starts afresh after a break", async () => {
    const built = await build(tiny, [uartBoard({ board: "hx8k-breakout" })]);
    const line = new SerialLine(await shellOf(built, 4), 4);
    const [codes] = drawInputs(built.compilation.module, { rows: 1, seed: 4 })[0]!;
    line.send(0x5a);
    line.hold(0, 100);
    line.hold(1, 100);
    expect(infer(line, built, codes!)).toEqual(integersOf(built, codes!));
  });

  it("is reset, not out of step, when more bytes come than it can hold", async () => {
    const library = new RtlLibrary();
    const sources = uartModules.map((name) => [
      `${name}.v`,
      readFileSync(new URL(`../rtl/${name}.v`, import.meta.url), "utf8"),
    ]);
    const others = library
      .closure(
        [],
        sources.map(([, source]) => source!),
      )
      .map(({ name, source }) => [`${name}.v`, source]);
    const design = await compileDesign({
      files: Object.fromEntries([...sources, ...others]),
      top: "gf_uart_shell",
      parameters: { DIVIDER: 4, IN_BYTES: 2, FRAME_BYTES: 8, RESET_CYCLES: 8 },
      toolchain,
    });
    // nobody takes a beat: m_axis_tready stays low
    const line = new SerialLine(design, 4);
    const resets: number[] = [];
    for (let sent = 1; sent <= 16 && resets.length === 0; sent++) {
      line.send(sent);
      line.hold(1, 4);
      if (line.peek("aresetn") === 0) resets.push(sent);
    }
    // a frame and what the converter holds fit
    expect(resets).toHaveLength(1);
    expect(resets[0]).toBeGreaterThan(8);
    line.hold(1, 40);
    expect([line.peek("aresetn"), line.peek("m_axis_tvalid")]).toEqual([1, 0]);
  });

  it("classifies digits that come in as bytes at one pin and leave as sums at the other", async () => {
    const built = await build(digits, [uartBoard({ board: "icebreaker" })], 10_000);
    const line = new SerialLine(await shellOf(built, 4), 4);
    const arrays = openNpz(readFileSync(digitsTest));
    const [pixels, labels] = ["input", "label"].map((key) => arrays.get(key)!().data as Uint8Array);
    const { tail } = built.compilation.module;
    const output = built.design.outputs[0]!;
    const wanted: number[] = [];
    const classes: number[] = [];
    for (const digit of [0, 1, 2, 3]) {
      const codes = tensorFrom("u8", [1, 256], pixels!.subarray(256 * digit, 256 * (digit + 1)));
      const sums = infer(line, built, codes);
      expect(sums).toEqual(integersOf(built, codes));
      const [scores] = evaluate(tail!, [
        makeTensor(output.type.elem, [1, 10], tensorFrom(output.type.elem, [1, 10], sums).data),
      ]);
      const real = Array.from(scores!.data, Number);
      classes.push(real.indexOf(Math.max(...real)));
      wanted.push(labels![digit]!);
    }
    expect(classes).toEqual(wanted);
  });
});
