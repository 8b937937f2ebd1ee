import { readFileSync } from "node:fs";
import { type Diagnostic, evaluate, isFloat, type Module, sameShape, type Tensor } from "@gatefold/core";
import { inspectModel } from "../../src/import.js";
import { decodeModel, decodeTensor, type Inspection, inspectOnnx, readTensor } from "../../src/index.js";
import type { OnnxModel, OnnxTensor } from "../../src/model.js";
import { readTarGz } from "./tar.js";

export interface NodeTest {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sets: readonly {
    readonly inputs: readonly Uint8Array[];
    readonly outputs: readonly Uint8Array[];
  }[];
}

export type Verdict =
  | {
      readonly kind: "passed";
      readonly module: Module;
      readonly inputs: readonly Tensor[];
      readonly outputs: readonly Tensor[];
    }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** The official tests, one per folder. */
export function readNodeTests(path: string): NodeTest[] {
  const files = readTarGz(readFileSync(path));
  const tests: NodeTest[] = [];
  for (const [file, bytes] of files) {
    if (!file.endsWith("/model.onnx")) continue;
    const folder = file.slice(0, -"model.onnx".length);
    const series = (set: number, kind: string): Uint8Array[] => {
      const found: Uint8Array[] = [];
      for (let i = 0; ; i++) {
        const data = files.get(`${folder}test_data_set_${set}/${kind}_${i}.pb`);
        if (!data) return found;
        found.push(data);
      }
    };
    const sets: { inputs: Uint8Array[]; outputs: Uint8Array[] }[] = [];
    for (let set = 0; files.has(`${folder}test_data_set_${set}/output_0.pb`); set++) {
      sets.push({ inputs: series(set, "input"), outputs: series(set, "output") });
    }
    tests.push({ name: folder.split("/").at(-2)!, bytes, sets });
  }
  return tests.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Makes inputs `from` and later of the network constants: axes, shapes and the like are inputs in these tests. */
function bind(model: OnnxModel, inputs: readonly OnnxTensor[], from: number): OnnxModel {
  const bound = model.graph.inputs.flatMap(({ name }, i) =>
    i >= from && inputs[i] ? [{ ...inputs[i], name }] : [],
  );
  const initializers = [...model.graph.initializers, ...bound];
  return { ...model, graph: { ...model.graph, initializers } };
}

function tensorOf(bytes: Uint8Array): Tensor {
  const tensor = readTensor(decodeTensor(bytes), { path: undefined, maxElements: 2 ** 28 }, {});
  if ("code" in tensor) throw new Error(tensor.message);
  return tensor;
}

const hasError = (found: Inspection): boolean => found.module === undefined;

/** Imports the test's model, with as many inputs left open as can be, and compares what it computes. */
export function runNodeTest(test: NodeTest): Verdict {
  const model = decodeModel(test.bytes);
  const first = inspectOnnx(test.bytes);
  let last: Verdict | undefined;
  for (const { inputs, outputs } of test.sets) {
    let found = first;
    for (let from = 1; hasError(found) && from >= 0; from--) {
      const next = inspectModel(bind(model, inputs.map(decodeTensor), from));
      if (!hasError(next) || from === 1) found = next;
    }
    if (!found.module) return { kind: "refused", diagnostics: found.diagnostics };
    const main = found.module.main;
    const place = new Map(model.graph.inputs.map(({ name }, i) => [name, i]));
    const given = main.inputs.map((v) => tensorOf(inputs[place.get(v.name!)!]!));
    let made: readonly Tensor[];
    try {
      made = evaluate(main, given);
    } catch (error) {
      return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
    }
    for (const [i, bytes] of outputs.entries()) {
      const why = difference(made[i]!, tensorOf(bytes));
      if (why) return { kind: "failed", why: `output ${i}: ${why}` };
      const type = main.outputs[i]!.type;
      if (!sameShape(type.shape, made[i]!.shape) || type.elem !== made[i]!.elem) {
        return {
          kind: "failed",
          why: `output ${i}: inferred [${type.shape}] ${type.elem}, made [${made[i]!.shape}] ${made[i]!.elem}`,
        };
      }
    }
    last = { kind: "passed", module: found.module, inputs: given, outputs: made };
  }
  return last ?? { kind: "failed", why: "it has no data" };
}

/** Relative and absolute tolerances of ONNX's own runner; half floats have 10 bits and fewer. */
function difference(got: Tensor, expected: Tensor): string | undefined {
  if (got.elem !== expected.elem) return `${got.elem} instead of ${expected.elem}`;
  if (!sameShape(got.shape, expected.shape)) return `[${got.shape}] instead of [${expected.shape}]`;
  const real = isFloat(got.elem);
  const absolute = got.elem === "f16" ? 1e-3 : got.elem === "bf16" ? 1e-2 : 1e-5;
  for (let i = 0; i < got.data.length; i++) {
    const [g, e] = [got.data[i]!, expected.data[i]!];
    if (g === e || (Number.isNaN(g as number) && Number.isNaN(e as number))) continue;
    const near =
      Math.abs(Number(g) - Number(e)) <= absolute + (got.elem === "bf16" ? 1e-2 : 1e-3) * Math.abs(Number(e));
    if (!real || !near) return `element ${i} is ${g} instead of ${e}`;
  }
  return undefined;
}
