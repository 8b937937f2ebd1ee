import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Compilation,
  createCompiler,
  evaluate,
  type Module,
  makeTensor,
  numbers,
  product,
  type TensorData,
} from "@gatefold/core";
import { type DatasetArray, openNpz, readNpy } from "@gatefold/datasets";
import { createExecutor } from "@gatefold/exec";
import { frontendOnnx, parseInputEncoding } from "@gatefold/frontend-onnx";
import { streamline } from "../../src/index.js";

const repository = join(import.meta.dirname, "../../../..");
/** Folder of networks that tests may use when they are there. */
const shared: string = process.env["GATEFOLD_SHARED"] ?? join(repository, "../shared");

/** Path of a network or recording; `undefined` when it is not there. */
export function sharedModel(name: string): string | undefined {
  const path = join(shared, "models", name);
  return existsSync(path) ? path : undefined;
}

export const digitsFolder: string = join(repository, "examples/digits");

export function npzArray(path: string, name: string): DatasetArray {
  return openNpz(readFileSync(path)).get(name)!();
}

export function npyArray(path: string): DatasetArray {
  return readNpy(readFileSync(path));
}

export async function compileOnnx(path: string, input: string | undefined): Promise<Compilation> {
  const inputs = input === undefined ? [] : [parseInputEncoding(input)];
  const compiler = createCompiler({ plugins: [frontendOnnx({ inputs }), streamline()] });
  const compilation = await compiler.import({ name: path, bytes: readFileSync(path) });
  await compiler.run(compilation);
  return compilation;
}

/** Output 0 of each of `count` samples: the device on the fast executor, the tail by the reference. */
export function runDevice({ main, tail }: Module, codes: TensorData, count: number): Float64Array[] {
  const { outputs } = createExecutor(main).run({ data: codes, count });
  return Array.from({ length: count }, (_, sample) => {
    const results = main.outputs.map(({ type }, i) => {
      const size = product(type.shape);
      return makeTensor(type.elem, type.shape, outputs[i]!.slice(sample * size, (sample + 1) * size));
    });
    const [first] = tail ? evaluate(tail, results) : results;
    return Float64Array.from(numbers(first!), (v) => v + 0);
  });
}

export const greatest = (values: Float64Array): number => values.indexOf(Math.max(...values));
