import { describe, expect, it } from "vitest";
import { figure, printReport, type Report, readReport, sumOf, withoutTimings } from "../src/index.js";

const report: Report = {
  schema: "gatefold-report",
  schemaVersion: 1,
  tool: { name: "gatefold", version: "0.0.0", node: "v20", packages: {} },
  command: ["gatefold", "build", "net.onnx"],
  model: { file: "net.onnx", name: "net", bytes: 3, sha256: "00" },
  target: { name: "ice40-hx8k", device: "iCE40HX8K", clockMhz: figure(25, "MHz", "request") },
  network: { inputs: [], outputs: [] },
  device: { inputs: [], outputs: [] },
  layers: [],
  totals: {},
  performance: {
    intervalCycles: figure(16, "cycles", "formula"),
    inferencesPerSecond: figure(1_562_500, "1/s", "formula"),
    bottleneck: "MVAU_0",
  },
  folding: {},
  diagnostics: [],
  files: [],
  timings: { passes: [], stages: [{ name: "import", milliseconds: 3 }] },
};

describe("a report", () => {
  it("comes back from its text", () => {
    expect(readReport(printReport(report))).toEqual({ report });
  });

  it("is told from other JSON, from no JSON and from another version", () => {
    expect(readReport("{}")).toEqual({ reason: "its `schema` is not `gatefold-report`" });
    expect(readReport("null")).toEqual({ reason: "its `schema` is not `gatefold-report`" });
    expect(readReport("{")).toEqual({ reason: expect.stringMatching(/^it is no JSON \(/) });
    expect(readReport(JSON.stringify({ ...report, schemaVersion: 2 }))).toEqual({
      reason: "its version is 2, and version 1 is read",
    });
  });

  it("compares without its timings", () => {
    const later: Report = { ...report, timings: { passes: [], stages: [] } };
    expect(withoutTimings(later)).toEqual(withoutTimings(report));
    expect(withoutTimings({ ...report, command: [] })).not.toEqual(withoutTimings(report));
  });
});

describe("figures", () => {
  it("add up when they count one thing from one source", () => {
    const two = [figure(3, "bits", "formula"), figure(4, "bits", "formula")];
    expect(sumOf(two, "bits", "formula")).toEqual(figure(7, "bits", "formula"));
    expect(sumOf([], "bits", "formula")).toEqual(figure(0, "bits", "formula"));
  });

  it("do not add up otherwise", () => {
    expect(() => sumOf([figure(3, "bits", "formula")], "cycles", "formula")).toThrow(
      "cannot add bits by formula to cycles by formula",
    );
    expect(() => sumOf([figure(3, "bits", "simulation")], "bits", "formula")).toThrow(TypeError);
  });
});
