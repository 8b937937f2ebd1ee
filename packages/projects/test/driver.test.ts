import { readFileSync } from "node:fs";
import { seededRandom } from "@gatefold/core";
import { cHeader, headerName, packFrames, unpackFrames } from "@gatefold/projects";
import { describe, expect, it } from "vitest";
import { framesEach, layoutOf, randomPort } from "./layouts.js";
import { call, inFolder, runs } from "./tools.js";

const random = seededRandom(7);
const ports = Array.from({ length: 51 }, (_, i) => randomPort(random, i));
const layout = layoutOf(ports);
const file = (name: string): string => readFileSync(new URL(`../driver/${name}`, import.meta.url), "utf8");

/** Packs and unpacks every port's frames, and says what differs. */
function checker(): string {
  const lines = ["#include <stdio.h>", "#include <string.h>", `#include "${headerName("net")}"`];
  const list = (values: Iterable<number>): string => Array.from(values, (v) => `${v}`).join(",");
  ports.forEach(({ codes, bytes }, i) => {
    lines.push(
      `static const int64_t codes_${i}[] = {${Array.from(codes, (v) => `INT64_C(${v})`).join(",")}};`,
    );
    lines.push(`static const uint8_t bytes_${i}[] = {${list(bytes)}};`);
  });
  lines.push("int main(void) {", "  int wrong = 0;");
  ports.forEach(({ port }, i) => {
    const { elements, frameBytes } = port;
    lines.push(
      `  for (int f = 0; f < ${framesEach}; f++) {`,
      `    uint8_t got[${frameBytes}]; int64_t back[${elements}];`,
      `    net_s_axis_${i}_pack(codes_${i} + f * ${elements}, got);`,
      `    if (memcmp(got, bytes_${i} + f * NET_S_AXIS_${i}_FRAME_BYTES, sizeof got) != 0) { wrong++; puts("pack ${i} ${port.elem}"); }`,
      `    net_m_axis_${i}_unpack(bytes_${i} + f * ${frameBytes}, back);`,
      `    if (memcmp(back, codes_${i} + f * NET_S_AXIS_${i}_ELEMENTS, sizeof back) != 0) { wrong++; puts("unpack ${i} ${port.elem}"); }`,
      "  }",
    );
  });
  lines.push('  printf("%d wrong\\n", wrong);', "  return 0;", "}");
  return lines.join("\n");
}

describe("frames of codes", () => {
  it("as packBeats packs them, by the layout alone", () => {
    for (const { port, codes, bytes } of ports) {
      expect(packFrames(port, codes)).toEqual(bytes);
      expect(unpackFrames(port, bytes)).toEqual(codes.map((v) => v + 0));
    }
  });

  it.skipIf(!runs("gcc"))("in C, without a warning", async () => {
    const files = new Map([
      [headerName("net"), cHeader(layout)],
      ["gatefold_stream.h", file("gatefold_stream.h")],
      ["check.c", checker()],
    ]);
    const said = await inFolder(files, (folder) => {
      const strict = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsanitize=undefined"];
      call(folder, "gcc", [...strict, "-fno-sanitize-recover", "check.c", "-o", "check"]);
      return call(folder, "./check", []);
    });
    expect(said).toBe("0 wrong\n");
  });

  it.skipIf(!runs("python3", ["-c", "import numpy"]))("in Python", async () => {
    const cases = ports.map(({ codes, bytes }) => ({ codes, bytes: [...bytes] }));
    const script = [
      "import json",
      "import numpy as np",
      "from pynq_driver import GatefoldDriver",
      "driver = GatefoldDriver()",
      "wrong = 0",
      "for i, case in enumerate(json.load(open('cases.json'))):",
      `    bytes = np.array(case['bytes'], dtype=np.uint8).reshape(${framesEach}, -1)`,
      "    codes = np.array(case['codes'], dtype=np.int64)",
      "    wrong += not np.array_equal(driver.pack(codes, i), bytes)",
      "    wrong += not np.array_equal(driver.unpack(bytes, i).ravel(), codes)",
      "    one = driver.inputs[i]",
      "    wide = one.pack(codes, one.layout['busBytes'])",
      "    wrong += not np.array_equal(one.unpack(wide, one.layout['busBytes']).ravel(), codes)",
      "def refuses(codes, i):",
      "    try:",
      "        driver.pack(codes, i)",
      "    except ValueError:",
      "        return True",
      "    return False",
      "for i, one in enumerate(driver.inputs):",
      "    elements = one.layout['elements']",
      "    wrong += not refuses(np.zeros(0, dtype=np.int64), i)",
      "    wrong += not refuses(np.full(elements, 1 << 52), i)",
      "    wrong += elements > 1 and not refuses(np.ones(elements + 1, dtype=np.int64), i)",
      "print(wrong, 'wrong')",
    ];
    const files = new Map([
      ["layout.json", JSON.stringify(layout)],
      ["cases.json", JSON.stringify(cases)],
      ["pynq_driver.py", file("pynq_driver.py")],
      ["check.py", script.join("\n")],
    ]);
    expect(await inFolder(files, (folder) => call(folder, "python3", ["check.py"]))).toBe("0 wrong\n");
  });
});
