import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createCompiler, tensorFrom, numbers, evaluate, DiagnosticError, type Compilation } from "@gatefold/core";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline } from "@gatefold/pass-streamline";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { packBeats, unpackBeats, verilog, verilogDesign } from "@gatefold/backend-verilog";
import { readNpz } from "@gatefold/datasets";
import { compileDesign, runStreams } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
it("digits", async () => {
  const tc = createToolchain();
  const bytes = readFileSync("examples/digits/digits.onnx");
  const npz = readNpz(readFileSync("examples/digits/test.npz"));
  const input = npz.get("input")!.data as Uint8Array;
  for (const fps of [1000, 10000, 50000, 1000000]) {
  const gf = createCompiler({ plugins: [frontendOnnx({ inputs: [parseInputEncoding("uint8:scale=1/255")] }), streamline(), fold({ clockMhz: 25, fps }), verilog()] });
  const c = await gf.import({ name: "digits.onnx", bytes });
  await gf.run(c, {});
  await gf.emit(c);
  const d = c.facts.need(verilogDesign);
  const files: Record<string, string|Uint8Array> = {};
  for (const f of c.outputs) if (f.path.startsWith("rtl/")) files[f.path.slice(4)] = f.content;
  let t = Date.now();
  const design = await compileDesign({ files, top: d.top, toolchain: tc });
  const t1 = Date.now()-t; t = Date.now();
  const n = 60;
  const x = tensorFrom("u8", [n,256], input.subarray(0, n*256));
  for (const stalls of [undefined, { input: 0.3, output: 0.3, seed: 5 }]) {
  const r = runStreams(design, { input: { prefix: "s_axis", beats: packBeats(x, d.inputs[0]!.type) }, output: { prefix: "m_axis", expectedBeats: n*d.outputs[0]!.beatsPerFrame }, ...(stalls?{stalls}:{}) });
  const got = unpackBeats(r.outputs[0]!.beats, d.outputs[0]!.type);
  let bad = 0;
  for (let i=0;i<n;i++) { const e = numbers(evaluate(c.module.main, [tensorFrom("u8",[1,256], input.subarray(i*256,(i+1)*256))])[0]!); for (let k=0;k<10;k++) if (e[k]!==numbers(got)[i*10+k]) bad++; }
  const per = d.outputs[0]!.beatsPerFrame;
  const cyc = r.outputs[0]!.cycles; const ii = (cyc[cyc.length-1]! - cyc[cyc.length-1-20*per]!)/20;
  console.log(fps, "compile", t1, "sim ms", Date.now()-t, "cycles", r.cycles, "first", r.firstOutputCycle, "bad", bad, "II", ii, "predicted", c.facts.need(foldSummary).intervalCycles, c.facts.need(foldSummary).kernels.map(k=>k.name+JSON.stringify(k.fold)).join(" "));
  if (!stalls) expect(ii).toBe(c.facts.need(foldSummary).intervalCycles);
  expect(bad).toBe(0);
  t=Date.now();
  }
  }
  await tc.close();
});
