/**
 * An ONNX file as plain data: what the rest of this package reads, whatever decodes the bytes.
 * Numbers of dtypes, opsets and IR versions are ONNX's own.
 */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** Version per operator domain; `""` is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  /** `domain:name` of the functions that the model defines itself. */
  readonly functions: readonly string[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Names of sparse initializers, which this package does not read. */
  readonly sparseInitializers: readonly string[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** `finn_datatype` of the tensors that carry one. */
  readonly datatypes: ReadonlyMap<string, string>;
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** `""` marks an operand that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export type OnnxAttribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: OnnxTensor }
  | { readonly kind: "graph"; readonly value: OnnxGraph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly bigint[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  /** Sparse tensors, types, lists of tensors or graphs, and references to a function's attributes. */
  | { readonly kind: "unsupported"; readonly what: string };

/** One dimension: a size, or a name (`""` when the file gives neither). */
export type OnnxDim = number | string;

export interface OnnxValueInfo {
  readonly name: string;
  /** ONNX dtype number; `undefined` for what is not a tensor (sequence, map, optional). */
  readonly dtype: number | undefined;
  /** `undefined` when the file gives no shape. */
  readonly shape: readonly OnnxDim[] | undefined;
}

/** A tensor's elements as they lie in the file. */
export type OnnxPayload =
  /** Little-endian bytes; a view into the file. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array }
  /** `float_data`, `int32_data`, `double_data`: numbers; for 16-bit floats and packed 4-bit codes, their bits. */
  | { readonly kind: "numbers"; readonly values: ArrayLike<number> }
  /** `int64_data`, `uint64_data`, modulo 2^64. */
  | { readonly kind: "bigints"; readonly values: BigInt64Array }
  | { readonly kind: "strings"; readonly count: number }
  | { readonly kind: "external"; readonly entries: ReadonlyMap<string, string> };

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: number;
  readonly dims: readonly number[];
  readonly payload: OnnxPayload;
}
