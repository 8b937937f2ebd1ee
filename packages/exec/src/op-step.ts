import { type AnyOpDef, allocate, makeTensor, product, type Tensor } from "@gatefold/core";
import { Netlist } from "@gatefold/dialect-q";
import { ExecError } from "./error.js";
import type { ExecArray, ExecKernelModel } from "./kernel.js";
import { type OpStep, type Port, siteOf } from "./program.js";
import { copyElements, firstOutside } from "./storage.js";

/** The code of an op that no built-in kernel covers. */
export interface OwnCode {
  readonly def: AnyOpDef;
  readonly kernel: ExecKernelModel | undefined;
}

/** Ops without a kernel here that evaluate each vector on its own and many fast: they get all samples of a chunk as one tensor. */
export const evaluatesChunks: ReadonlySet<AnyOpDef> = new Set<AnyOpDef>([Netlist]);

type View = (port: Port, count: number) => ExecArray;

/** What runs an op without a built-in kernel on the samples of a chunk. */
export function opFunction(step: OpStep, code: OwnCode, view: View): (count: number, first: number) => void {
  return step.kind === "kernel" ? ownKernel(step, code, view) : reference(step, code, view);
}

function ownKernel(step: OpStep, { kernel }: OwnCode, view: View): (count: number, first: number) => void {
  const run = kernel?.prepare(siteOf(step));
  if (!run) throw new Error(`\`${step.op}\` has no kernel here, though the plan counts on one`);
  return (count, first) => {
    const operands = step.operands.map((o) => ("constant" in o ? undefined : view(o, count)));
    const results = step.results.map((r) => view(r, count));
    run(operands, results, count);
    step.results.forEach((port, i) => {
      assertHeld(step.op, port, results[i]!, first);
    });
  };
}

/** The op's definition, on whole chunks where it takes them. What fails there is done again by sample, to say which. */
function reference(step: OpStep, code: OwnCode, view: View): (count: number, first: number) => void {
  const bySample = sampleBySample(step, code, view);
  const [operand, result] = [step.operands[0], step.results[0]];
  if (!evaluatesChunks.has(code.def) || !operand || "constant" in operand || !result) return bySample;
  const chunk = (count: number): Tensor => {
    const own = allocate(operand.elem, count * product(operand.shape));
    copyElements(view(operand, count), own);
    return makeTensor(operand.elem, [count, ...operand.shape], own);
  };
  return (count, first) => {
    let made: Tensor;
    try {
      [made] = code.def.evaluate!([chunk(count)], step.attrs) as [Tensor];
    } catch {
      bySample(count, first);
      return;
    }
    const copy = new Float64Array(made.data.length);
    copyElements(made.data, copy);
    assertHeld(step.op, result, copy, first);
    view(result, count).set(copy);
  };
}

function sampleBySample(step: OpStep, { def }: OwnCode, view: View): (count: number, first: number) => void {
  const evaluate = def.evaluate;
  if (!evaluate) throw new Error(`\`${step.op}\` has no evaluator`);
  return (count, first) => {
    const sources = step.operands.map((o) => ("constant" in o ? o : { port: o, data: view(o, count) }));
    const results = step.results.map((r) => view(r, count));
    for (let s = 0; s < count; s++) {
      const operands = sources.map((o) => ("constant" in o ? o.constant : sampleTensor(o.port, o.data, s)));
      let made: readonly Tensor[];
      try {
        made = evaluate(operands, step.attrs);
      } catch (error) {
        throw new ExecError(step.op, first + s, error instanceof Error ? error.message : String(error));
      }
      step.results.forEach((port, i) => {
        const one = product(port.shape);
        const data = made[i]?.data;
        if (data?.length !== one)
          throw new ExecError(step.op, first + s, `result ${i} has not ${one} elements`);
        const copy = new Float64Array(one);
        copyElements(data, copy);
        assertHeld(step.op, port, copy, first + s);
        results[i]!.set(copy, s * one);
      });
    }
  };
}

function sampleTensor({ elem, shape }: Port, data: ExecArray, sample: number): Tensor {
  const one = product(shape);
  const own = allocate(elem, one);
  copyElements(data.subarray(sample * one, (sample + 1) * one), own);
  return makeTensor(elem, shape, own);
}

/** Later kernels count on the range, so a result outside it must not pass. */
function assertHeld(op: string, port: Port, data: ExecArray, first: number): void {
  if (!port.range) return;
  const bad = firstOutside(data, port.range, port.nonZero);
  if (bad < 0) return;
  const sample = first + Math.floor(bad / product(port.shape));
  throw new ExecError(op, sample, `result ${data[bad]} is not within ${port.range.lo} … ${port.range.hi}`);
}
