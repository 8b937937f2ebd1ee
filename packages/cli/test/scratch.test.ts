import { readFileSync } from "node:fs";
import { it } from "vitest";
import { createCompiler, evaluateModule, printModule, tensorFrom, numbers, evaluate, printDiagnostic, DiagnosticError } from "@gatefold/core";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline, streamlineSummary } from "@gatefold/pass-streamline";
import { fold, foldSummary } from "@gatefold/pass-fold";
import { readNpz } from "@gatefold/datasets";
it("digits", async () => {
  const gf = createCompiler({ plugins: [frontendOnnx({ inputs: [parseInputEncoding("uint8:scale=1/255")] }), streamline(), fold({ clockMhz: 25, fps: 10000 })] });
  const bytes = readFileSync("examples/digits/digits.onnx");
  try {
  const c0 = await gf.import({ name: "digits.onnx", bytes });
  const npz = readNpz(readFileSync("examples/digits/test.npz"));
  const input = npz.get("input")!; const out = npz.get("output")!;
  const run = (m: any, i: number) => {
    const x = tensorFrom("u8", [1,256], (input.data as Uint8Array).subarray(i*256,(i+1)*256));
    return m.tail ? evaluate(m.tail, evaluate(m.main, [x])) : evaluate(m.main,[x]);
  };
  const ref = [0,1,2,3,4].map(i => run(c0.module, i));
  let worst=0; ref.forEach((r,i)=> { const d=numbers(r[0]!); for(let k=0;k<10;k++) worst=Math.max(worst, Math.abs(d[k]!-Number(out.data[i*10+k]))); });
  console.log("import vs npz", worst);
  await gf.run(c0, {});
  console.log(printModule(c0.module).split("\n").map(l=>l.slice(0,200)).join("\n"));
  console.log(c0.facts.get(streamlineSummary), c0.facts.get(foldSummary)?.kernels.map(k=>[k.name,k.fold,k.intervalCycles]));
  worst=0; for (let i=0;i<200;i++){ const d=numbers(run(c0.module,i)[0]!); for(let k=0;k<10;k++) worst=Math.max(worst, Math.abs(d[k]!-Number(out.data[i*10+k]))); }
  console.log("int vs npz", worst);
  for (const d of c0.diagnostics.all ?? []) console.log(printDiagnostic(d));
  } catch (e) { if (e instanceof DiagnosticError) console.log(e.message, e.cause); throw e; }
});
