import { encodeModel } from "../../src/index.js";
import type {
  OnnxAttribute,
  OnnxDim,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from "../../src/model.js";

/** Shorthand for attributes: an integer is an int, a number that is none a float, and so on. */
export type Loose = number | string | readonly number[] | OnnxAttribute;

function attributeOf(value: Loose): OnnxAttribute {
  if (typeof value === "number") {
    return Number.isInteger(value) ? { kind: "int", value: BigInt(value) } : { kind: "float", value };
  }
  if (typeof value === "string") return { kind: "string", value };
  return "kind" in value ? value : { kind: "ints", value: value.map(BigInt) };
}

export const float = (value: number): OnnxAttribute => ({ kind: "float", value });

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Loose>> = {},
  more: { readonly name?: string; readonly domain?: string } = {},
): OnnxNode {
  return {
    op,
    inputs,
    outputs,
    name: more.name ?? "",
    domain: more.domain ?? "",
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
  };
}

export function f32(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  return { name, dtype: 1, dims, payload: { kind: "raw", bytes: bytesOf(Float32Array.from(values)) } };
}

export function i64(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): OnnxTensor {
  const bytes = bytesOf(BigInt64Array.from(values.map(BigInt)));
  return { name, dtype: 7, dims, payload: { kind: "raw", bytes } };
}

export function i8(name: string, dims: readonly number[], values: readonly number[], dtype = 3): OnnxTensor {
  return { name, dtype, dims, payload: { kind: "raw", bytes: bytesOf(Int8Array.from(values)) } };
}

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export const info = (name: string, shape?: readonly OnnxDim[], dtype = 1): OnnxValueInfo => ({
  name,
  shape,
  dtype,
});

export interface ModelParts {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly (OnnxValueInfo | string)[];
  readonly initializers?: readonly OnnxTensor[];
  readonly opset?: number;
  readonly opsets?: Readonly<Record<string, number>>;
  readonly datatypes?: Readonly<Record<string, string>>;
}

export function model(parts: ModelParts): OnnxModel {
  return {
    irVersion: 8,
    producer: "test",
    opsets: new Map(Object.entries(parts.opsets ?? { "": parts.opset ?? 13 })),
    functions: [],
    graph: {
      name: "net",
      nodes: parts.nodes,
      inputs: parts.inputs,
      outputs: parts.outputs.map((o) => (typeof o === "string" ? info(o) : o)),
      initializers: parts.initializers ?? [],
      sparseInitializers: [],
      datatypes: new Map(Object.entries(parts.datatypes ?? {})),
    },
  };
}

/** The bytes of a small model. */
export const modelBytes = (parts: ModelParts): Uint8Array => encodeModel(model(parts));
