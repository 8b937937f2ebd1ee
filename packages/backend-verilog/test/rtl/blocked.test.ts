import { describe, expect, it } from "vitest";
import { isCampaign, simulators } from "./check.js";
import { frameGroups } from "./frame-groups.js";
import { reduceGroups } from "./reduce-groups.js";
import type { StreamCase } from "./stream-case.js";
import { shapes, windowCase, windowGroups } from "./window-groups.js";
import { keptNumbers, windowGeometry } from "./window-times.js";

/** The case with a sink that never takes a beat; after 400 cycles the number of accepted beats is the only beat out. */
function blocked(
  { name, body, memories, inBits, outBits, input }: StreamCase,
  acceptedBeats: number,
): StreamCase {
  return {
    name: `${name}, sink blocked`,
    body: `
  wire [${outBits - 1}:0] out_tdata;
  wire out_tvalid;
  wire out_tready = 1'b0;
  reg [8:0] wait_cycles = 0;
  reg [15:0] taken = 0;
  reg told = 0;
  wire idle = wait_cycles == 400;
  assign m_axis_tdata = taken;
  assign m_axis_tvalid = idle && !told;
  always @(posedge aclk) if (aresetn) begin
    if (!idle) wait_cycles <= wait_cycles + 1;
    if (m_axis_tvalid && m_axis_tready) told <= 1;
    if (s_axis_tvalid && s_axis_tready) taken <= taken + 1;
  end
${body.replaceAll("(m_axis_", "(out_")}`,
    ...(memories === undefined ? {} : { memories }),
    inBits,
    outBits: 16,
    input,
    expected: [BigInt(Math.min(acceptedBeats, input.length))],
  };
}

/** Output beats that a module holds behind its last decision, and the input beat that waits for room. */
function waitsFor(testCase: StreamCase, heldBeats: number): StreamCase {
  return blocked(testCase, testCase.timing!(heldBeats)!.beat);
}

const groupsOf = (name: string): readonly StreamCase[] =>
  [windowGroups, reduceGroups, frameGroups].flatMap((groups) =>
    Object.entries(groups).flatMap(([title, cases]) => (title.startsWith(name) ? cases : [])),
  );

/** A pool with one fold has an output register of one beat (SPARSE), but for windows of one pixel. */
const pools = groupsOf("gf_pool").map((testCase) => {
  const { period, cycles } = testCase.interval!;
  return waitsFor(testCase, period === 1 && cycles > 1 ? 1 : 2);
});

const windows = shapes
  .filter(({ kh, kw, c, lanes }) => (kh * kw * c) / lanes > 3)
  .map((p) => {
    const frames = 8;
    const g = windowGeometry(p);
    const kept = keptNumbers(p, g);
    const keptBeats = g.keptH * g.keptW * g.folds;
    const inFrame = kept.indexOf(g.depthBeats % keptBeats);
    return blocked(windowCase(p, frames), Math.floor(g.depthBeats / keptBeats) * g.inBeats + inFrame);
  });

for (const [simulator, simulate, found] of simulators) {
  describe.skipIf(!found)(`while the sink is blocked, ${simulator}`, () => {
    it.each([
      ["gf_window takes beats until DEPTH kept ones are in", windows],
      [
        "gf_window_parallel takes what completes no window",
        groupsOf("gf_window_parallel").map((c) => waitsFor(c, 2)),
      ],
      ["gf_slice takes what it drops", groupsOf("gf_slice").map((c) => waitsFor(c, 2))],
      ["gf_pool takes all groups but the last", pools],
    ])("%s", async (_, all) => {
      const cases = all.filter((_, index) => isCampaign || index % 3 === 0);
      const [results] = await simulate(cases, [{ source: 0, sink: 0, seed: 1 }]);
      cases.forEach(({ name, expected }, index) => {
        expect(
          results![index]!.outputs.map(({ word }) => word),
          name,
        ).toEqual(expected);
      });
    });
  });
}
