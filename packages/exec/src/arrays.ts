import {
  allocate,
  type ElemType,
  makeTensor,
  product,
  type Tensor,
  type TensorData,
  type TensorType,
} from "@gatefold/core";
import type { Program } from "./program.js";

/** The arrays of a batch, one for each graph input. Throws when a length is not `count` times the input's elements. */
export function inputArrays(
  program: Program,
  batch: { readonly data: TensorData | readonly TensorData[]; readonly count: number },
): readonly TensorData[] {
  const { count } = batch;
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is not a number of samples`);
  const data = ArrayBuffer.isView(batch.data) ? [batch.data] : batch.data;
  const { inputs } = program;
  if (data.length !== inputs.length)
    throw new RangeError(`the graph has ${inputs.length} inputs, the batch ${data.length}`);
  inputs.forEach(({ shape }, i) => {
    const length = count * product(shape);
    if (data[i]!.length !== length)
      throw new RangeError(
        `input ${i}: ${count} samples of shape [${shape}] are ${length} elements, not ${data[i]!.length}`,
      );
  });
  return data;
}

type Allocate = (elem: ElemType, count: number) => TensorData;

/** Zeroed storage for each graph output. */
export function outputArrays(program: Program, count: number, make: Allocate): readonly TensorData[] {
  return program.outputs.map((output) => {
    const { elem, shape } = "constant" in output ? output.constant : output;
    return make(elem, count * product(shape));
  });
}

type ArrayKind = new (buffer: SharedArrayBuffer) => TensorData;

/** `allocate` on memory that threads share. */
export function allocateShared(elem: ElemType, count: number): TensorData {
  const sample = allocate(elem, 0);
  return new (sample.constructor as ArrayKind)(new SharedArrayBuffer(count * sample.BYTES_PER_ELEMENT));
}

/** The same array on shared memory; itself when it lies there already. */
export function toShared(data: TensorData): TensorData {
  if (data.buffer instanceof SharedArrayBuffer) return data;
  const copy = new (data.constructor as ArrayKind)(new SharedArrayBuffer(data.byteLength));
  new Uint8Array(copy.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return copy;
}

/** Sample `index` of a batch array as a tensor of the graph's type. */
export function sampleTensor(type: TensorType, data: TensorData, index: number): Tensor {
  const one = product(type.shape);
  return makeTensor(type.elem, type.shape, data.slice(index * one, (index + 1) * one));
}
