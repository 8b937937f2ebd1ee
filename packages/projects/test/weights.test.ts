import { readFileSync } from "node:fs";
import { type WeightMemory, weightWrites } from "@gatefold/backend-verilog";
import { Constant, constantOf, evaluate, tensorFrom } from "@gatefold/core";
import { kernelOf } from "@gatefold/dialect-hw";
import {
  cHeader,
  driverLayout,
  drivers,
  headerName,
  packFrames,
  portLayout,
  projects,
  uartBoard,
  unpackFrames,
} from "@gatefold/projects";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axiRead, axiWrite, okay } from "../../backend-verilog/test/axi-lite.js";
import { type Built, build, digits, filesOf, tiny } from "./compile.js";
import { call, inFolder, runs } from "./tools.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const folding = {
  MVAU_0: { PE: 4, SIMD: 16 },
  MVAU_1: { PE: 2, SIMD: 4 },
  MVAU_2: { PE: 2, SIMD: 8 },
};

/** The network that ships with the project, and for each of its memories the weights that it has and those of its rows' neighbours. */
interface Case {
  readonly memory: WeightMemory;
  readonly old: readonly number[];
  readonly other: readonly number[];
}
let built: Built;
let cases: readonly Case[];
beforeAll(async () => {
  built = await build(digits, [drivers(), projects({ vendors: ["pynq"] })], 1000, folding, "writable");
  cases = built.design.weights!.memories.map((memory) => {
    const op = opOf(memory);
    const old = Array.from(constantOf(op.operand(1))!.data, Number);
    const width = memory.shape[1]!;
    const other = old.map((_, i) => old[Math.floor(i / width) * width + ((i + 3) % width)]!);
    return { memory, old, other };
  });
});

const opOf = ({ kernel }: WeightMemory) =>
  built.design.instances.find(({ instance }) => instance === `${kernel.toLowerCase()}_kernel`)!.op;
const shippedFile = (name: string): string =>
  readFileSync(new URL(`../driver/${name}`, import.meta.url), "utf8");
const writesOf = ({ memory, other }: Case) => weightWrites(memory, other);

describe("drivers of a circuit with writable weights", () => {
  it("have the address map, which a circuit with constant weights has not", async () => {
    const layout = JSON.parse(String(built.files.get("driver/layout.json")));
    expect(layout.weights).toEqual(JSON.parse(JSON.stringify(built.design.weights)));
    expect(cases.map(({ memory }) => memory.kernel)).toEqual(["MVAU_0", "MVAU_1", "MVAU_2"]);
    for (const { memory, old } of cases) {
      const words = kernelOf(opOf(memory)).memories!(opOf(memory))[0]!.words();
      const parts = words.flatMap((word) =>
        Array.from({ length: memory.parts }, (_, p) => Number((word >> BigInt(32 * p)) & 0xffffffffn)),
      );
      expect(weightWrites(memory, old).map(({ data }) => data)).toEqual(parts);
    }
    const plain = await build(tiny, [drivers()]);
    expect([...plain.files.keys()].filter((path) => /weights\.h$/.test(path))).toEqual([]);
    expect(String(plain.files.get("driver/layout.json"))).not.toContain("weights");
  });

  it.skipIf(!runs("gcc"))("write the same words in C, without a warning", async () => {
    const lines = ["#include <stdio.h>", `#include "${headerName("digits")}"`];
    cases.forEach(({ other }, i) => {
      lines.push(`static const int64_t weights_${i}[] = {${other.join(",")}};`);
      lines.push(`static const int64_t bad_${i}[${other.length}] = {127};`);
    });
    lines.push("static uint32_t port[1 << 20];", "int main(void) {");
    cases.forEach(({ memory }, i) => {
      const name = `digits_weights_${memory.kernel.toLowerCase()}`;
      lines.push(`  printf("%d\\n", ${name}_write(port, bad_${i}));`);
      lines.push(`  printf("%d\\n", ${name}_write(port, weights_${i}));`);
      for (const { address } of writesOf(cases[i]!))
        lines.push(`  printf("%u\\n", (unsigned)port[${address / 4}]);`);
    });
    lines.push("  return 0;", "}");
    const layout = driverLayout(built.design, built.compilation.module);
    const files = new Map([
      [headerName("digits"), cHeader(layout)],
      ["gatefold_stream.h", shippedFile("gatefold_stream.h")],
      ["gatefold_weights.h", shippedFile("gatefold_weights.h")],
      ["check.c", lines.join("\n")],
    ]);
    const said = await inFolder(files, (folder) => {
      const strict = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsanitize=undefined"];
      call(folder, "gcc", [...strict, "-fno-sanitize-recover", "check.c", "-o", "check"]);
      return call(folder, "./check", []);
    });
    const wanted = cases.flatMap((each) => [-1, 0, ...writesOf(each).map(({ data }) => data)]);
    expect(said.trim().split("\n").map(Number)).toEqual(wanted);
  });

  it.skipIf(!runs("python3", ["-c", "import numpy"]))("write and read the same words in Python", async () => {
    const script = [
      "import json",
      "import numpy as np",
      "from pynq_driver import GatefoldDriver",
      "class Port:",
      "    def __init__(self): self.words, self.log = {}, []",
      "    def write(self, address, data): self.words[address] = data; self.log.append([address, data])",
      "    def read(self, address): return self.words[address]",
      "class Overlay: network = Port()",
      "driver = GatefoldDriver()",
      "driver.overlay = Overlay",
      "wrong = 0",
      "def refuses(kernel, matrix):",
      "    try: driver.write_weights(kernel, matrix)",
      "    except (ValueError, TypeError, KeyError): return True",
      "    return False",
      "for case in json.load(open('cases.json')):",
      "    matrix = np.array(case['other']).reshape(case['shape'])",
      "    Overlay.network.log = []",
      "    driver.write_weights(case['kernel'], matrix)",
      "    wrong += Overlay.network.log != case['writes']",
      "    wrong += not np.array_equal(driver.read_weights(case['kernel']), matrix)",
      "    wrong += not refuses(case['kernel'], np.full(case['shape'], 100))",
      "    wrong += not refuses(case['kernel'], matrix[:1, :1])",
      "    wrong += not refuses(case['kernel'], matrix.astype(float))",
      "wrong += not refuses('MVAU_9', np.zeros((1, 1), dtype=int))",
      "print(wrong, 'wrong')",
    ];
    const given = cases.map((each) => ({
      kernel: each.memory.kernel,
      shape: each.memory.shape,
      other: each.other,
      writes: writesOf(each).map(({ address, data }) => [address, data]),
    }));
    const files = new Map([
      ["layout.json", String(built.files.get("driver/layout.json"))],
      ["cases.json", JSON.stringify(given)],
      ["pynq_driver.py", shippedFile("pynq_driver.py")],
      ["check.py", script.join("\n")],
    ]);
    expect(await inFolder(files, (folder) => call(folder, "python3", ["check.py"]))).toBe("0 wrong\n");
  });
});

describe("a circuit with writable weights", () => {
  it("is refused behind a serial line", async () => {
    await expect(
      build(digits, [uartBoard({ board: "icebreaker" })], 1000, folding, "writable"),
    ).rejects.toThrow(/AXI4-Lite, which it does not reach/);
  });

  it("has its slave in the IP core and in the block design", () => {
    expect(String(built.files.get("vivado/package_ip.tcl"))).toMatch(
      /aximm_rtl[\s\S]*-busif s_axi -clock aclk/,
    );
    expect(String(built.files.get("pynq/pynq-z2.tcl"))).toMatch(/control\/M01_AXI[\s\S]*network\/s_axi/);
  });

  it("computes with other weights, through the IP core's wrapper", async () => {
    const paths = [...built.files.keys()].filter(
      (path) => /^rtl\//.test(path) || /^vivado\/.*\.v$/.test(path),
    );
    const wrapped = await compileDesign({ files: filesOf(built, paths), top: "digits_dma", toolchain });
    const codes = Array.from({ length: 512 }, (_, i) => (i * 37) % 256);
    const { main } = built.compilation.module;
    for (const { memory, other } of cases) {
      const op = opOf(memory);
      const value = tensorFrom(memory.elem, memory.shape, other);
      main.setOperand(op, 1, Constant.build(main, [], { value }, { before: op }));
    }
    const output = portLayout(built.design.outputs[0]!);
    const { outputs } = runStreams(wrapped, {
      input: { prefix: "s_axis", beats: packFrames(portLayout(built.design.inputs[0]!), codes) },
      output: { prefix: "m_axis", expectedBeats: 2 * output.beats },
      prepare: (simulation) => {
        for (const each of cases)
          for (const { address, data } of writesOf(each))
            expect(axiWrite(simulation, address, data)).toBe(okay);
        const [{ address, data }] = writesOf(cases[1]!) as [{ address: number; data: number }];
        expect(axiRead(simulation, address)).toEqual({ data, response: okay });
      },
    });
    const wanted = [codes.slice(0, 256), codes.slice(256)].flatMap((frame) =>
      Array.from(evaluate(main, [tensorFrom("u8", [1, 256], frame)])[0]!.data, Number),
    );
    const beats = outputs[0]!.beats.filter((_, i) => i % output.busBytes < output.beatBytes);
    expect(unpackFrames(output, beats)).toEqual(wanted);
  });
});
