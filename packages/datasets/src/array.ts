import { DatasetError } from "./error.js";

/** Element types of this package. `float16` is held in a Float32Array (every half is a float), `bool` in a Uint8Array of 0 and 1. */
export type Dtype =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

export type TypedArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A dense array in C order: the last index runs fastest. `shape` `[]` is one scalar. */
export interface DatasetArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

interface DtypeInfo {
  /** NumPy's kind letter and size in bytes, without the byte order. */
  readonly descr: string;
  readonly sizeBytes: 1 | 2 | 4 | 8;
  readonly make: (length: number) => TypedArray;
}

const INFO: Readonly<Record<Dtype, DtypeInfo>> = {
  bool: { descr: "b1", sizeBytes: 1, make: (n) => new Uint8Array(n) },
  int8: { descr: "i1", sizeBytes: 1, make: (n) => new Int8Array(n) },
  int16: { descr: "i2", sizeBytes: 2, make: (n) => new Int16Array(n) },
  int32: { descr: "i4", sizeBytes: 4, make: (n) => new Int32Array(n) },
  int64: { descr: "i8", sizeBytes: 8, make: (n) => new BigInt64Array(n) },
  uint8: { descr: "u1", sizeBytes: 1, make: (n) => new Uint8Array(n) },
  uint16: { descr: "u2", sizeBytes: 2, make: (n) => new Uint16Array(n) },
  uint32: { descr: "u4", sizeBytes: 4, make: (n) => new Uint32Array(n) },
  uint64: { descr: "u8", sizeBytes: 8, make: (n) => new BigUint64Array(n) },
  float16: { descr: "f2", sizeBytes: 2, make: (n) => new Float32Array(n) },
  float32: { descr: "f4", sizeBytes: 4, make: (n) => new Float32Array(n) },
  float64: { descr: "f8", sizeBytes: 8, make: (n) => new Float64Array(n) },
};

/** All dtypes, in the order of the type. */
export const dtypes: readonly Dtype[] = Object.keys(INFO) as Dtype[];

export function dtypeInfo(dtype: Dtype): DtypeInfo {
  const info = INFO[dtype];
  if (!info) {
    throw new DatasetError(
      "datasets/unknown-dtype",
      `Element type ${JSON.stringify(dtype)} is not one of this package's.`,
      `use one of ${dtypes.join(", ")}`,
    );
  }
  return info;
}

/** Number of elements of a shape; `[]` has one. Infinity stands for a product beyond 2^53. */
export function elementCount(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  return count;
}

/**
 * Pairs data with its shape and element type, and checks that they fit each other.
 *
 * @throws DatasetError `datasets/bad-argument` when the length, the shape or the array's class does not fit.
 */
export function datasetArray(dtype: Dtype, shape: readonly number[], data: TypedArray): DatasetArray {
  const info = dtypeInfo(dtype);
  const bad = shape.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (bad !== undefined) {
    throw new DatasetError(
      "datasets/bad-argument",
      `Shape [${shape.join(", ")}] has the size ${bad}.`,
      "give sizes that are integers from 0",
    );
  }
  const count = elementCount(shape);
  if (count !== data.length) {
    throw new DatasetError(
      "datasets/bad-argument",
      `Shape [${shape.join(", ")}] has ${count} elements and the data has ${data.length}.`,
      "give the shape of the data",
    );
  }
  const expected = info.make(0).constructor;
  if (data.constructor !== expected) {
    throw new DatasetError(
      "datasets/bad-argument",
      `Element type ${dtype} is held in a ${expected.name}, and the data is a ${data.constructor.name}.`,
      `convert the data to a ${expected.name} first`,
    );
  }
  return { dtype, shape: [...shape], data };
}
