import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beatOf, compileDesign, runStreams } from "@gatefold/sim";
import { caseModule, memoryFiles, rtlFiles, rtlFolder, type Simulate, topModule } from "./stream-case.js";

/** The simulator of this repository. It has two states, so it cannot see an unknown bit, and no shy sinks. */
export const simulateBuiltin: Simulate = async (cases, runs) => {
  const modules = Object.fromEntries(
    rtlFiles.map((file) => [file, readFileSync(join(rtlFolder, file), "utf8")]),
  );
  const top = [...cases.map(caseModule), topModule("top", cases)].join("");
  const design = await compileDesign({
    files: { ...modules, ...memoryFiles(cases), "top.v": top },
    top: "top",
  });
  return runs.map(({ source, sink, seed }) => {
    const { inputs, outputs } = runStreams(design, {
      input: cases.map(({ input }, i) => ({ prefix: `s${i}`, beats: input })),
      output: cases.map(({ expected }, i) => ({ prefix: `m${i}`, expectedBeats: expected.length })),
      stalls: { input: source, output: sink, seed },
    });
    return cases.map((_, i) => ({
      accepted: [...inputs[i]!.cycles],
      outputs: [...outputs[i]!.cycles].map((cycle, k) => ({ cycle, word: beatOf(outputs[i]!, k) })),
      violations: [], // runStreams throws
    }));
  });
};
