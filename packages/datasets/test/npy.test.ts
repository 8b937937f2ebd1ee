import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halfToNumber, numberToHalf } from "../src/elements.js";
import { type Dtype, datasetArray, dtypes, readNpy, type TypedArray, writeNpy } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";
import { numpyFile } from "./numpy-files.js";

const HOLDERS: Readonly<Record<Dtype, (bytes: ArrayBuffer) => TypedArray>> = {
  bool: (b) => new Uint8Array(b).map((v) => v & 1),
  int8: (b) => new Int8Array(b),
  int16: (b) => new Int16Array(b),
  int32: (b) => new Int32Array(b),
  int64: (b) => new BigInt64Array(b),
  uint8: (b) => new Uint8Array(b),
  uint16: (b) => new Uint16Array(b),
  uint32: (b) => new Uint32Array(b),
  uint64: (b) => new BigUint64Array(b),
  float16: (b) => Float32Array.from(new Uint16Array(b), halfToNumber),
  float32: (b) => new Float32Array(b),
  float64: (b) => new Float64Array(b),
};

/** An array of any dtype and 0 to 4 axes, from random bytes: NaNs, infinities and extreme integers come by themselves. */
const anyArray = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const sizeBytes = dtype === "float16" ? 2 : HOLDERS[dtype](new ArrayBuffer(8)).BYTES_PER_ELEMENT;
    return fc
      .uint8Array({ minLength: count * sizeBytes, maxLength: count * sizeBytes })
      .map((bytes) => datasetArray(dtype, shape, HOLDERS[dtype](bytes.slice().buffer)));
  });

/** A file with any header text, of format 1.0. */
function fileWith(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const file = new Uint8Array(10 + text.length + dataBytes);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  file.set(text, 10);
  return file;
}

describe("npy", () => {
  test("what is written is read back: dtype, shape, every value", () => {
    fc.assert(
      fc.property(anyArray, (array) => {
        const bytes = writeNpy(array);
        const back = readNpy(bytes);
        expect(back).toEqual(array);
        expect(new DataView(bytes.buffer).getUint16(8, true) % 64).toBe(54);
      }),
      { numRuns: 400 },
    );
  });

  test("files of NumPy: byte orders, Fortran order, scalar, versions 1 to 3, empty", () => {
    expect(readNpy(numpyFile("big-endian float64"))).toEqual({
      dtype: "float64",
      shape: [1, 3],
      data: Float64Array.of(1.5, -2, Number.POSITIVE_INFINITY),
    });
    expect(readNpy(numpyFile("fortran int16"))).toEqual({
      dtype: "int16",
      shape: [2, 3, 4],
      data: Int16Array.from({ length: 24 }, (_, i) => i),
    });
    expect(readNpy(numpyFile("int64 scalar"))).toEqual({
      dtype: "int64",
      shape: [],
      data: BigInt64Array.of(-(2n ** 62n)),
    });
    expect(readNpy(numpyFile("bool"))).toEqual({ dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) });
    expect(readNpy(numpyFile("float16")).data).toEqual(Float32Array.of(0.333251953125, 65504, -(2 ** -24)));
    expect(readNpy(numpyFile("version 2 uint32")).data).toEqual(Uint32Array.of(1, 2 ** 32 - 1));
    expect(readNpy(numpyFile("version 3")).data).toEqual(Uint8Array.of(7));
    expect(readNpy(numpyFile("empty"))).toEqual({
      dtype: "float32",
      shape: [0, 3],
      data: new Float32Array(0),
    });
  });

  test("a view into a larger buffer is read from its own start", () => {
    const file = numpyFile("fortran int16");
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(readNpy(shifted.subarray(3))).toEqual(readNpy(file));
  });

  test("every half goes to a float and back to the same bits", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfToNumber(bits);
      expect(numberToHalf(value)).toBe(Number.isNaN(value) ? 0x7e00 : bits);
    }
  });

  test("floats between two halves go to the nearer, halfway to the even one", () => {
    for (let bits = 0; bits < 0x7c00; bits += 7) {
      const low = halfToNumber(bits);
      const high = bits + 1 === 0x7c00 ? 65536 : halfToNumber(bits + 1);
      expect(numberToHalf(low + (high - low) * 0.5)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(numberToHalf(low + (high - low) * 0.49)).toBe(bits);
      expect(numberToHalf(-(low + (high - low) * 0.51))).toBe((bits + 1) | 0x8000);
    }
  });

  test("every cut file is refused, and as nothing but a DatasetError", () => {
    const file = numpyFile("fortran int16");
    for (let length = 6; length < file.length; length++) {
      expectDatasetError(() => readNpy(file.subarray(0, length)), "datasets/truncated");
    }
    expectDatasetError(() => readNpy(file.subarray(0, 0)), "datasets/truncated");
  });

  test("what cannot be read is named", () => {
    const dict = (descr: string, shape: string) =>
      `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
    expectDatasetError(() => readNpy(numpyFile("object")), "datasets/object-array", /Python objects/);
    expectDatasetError(() => readNpy(numpyFile("record")), "datasets/unknown-dtype", /named fields/);
    expectDatasetError(() => readNpy(numpyFile("string")), "datasets/unknown-dtype", /<U2/);
    expectDatasetError(() => readNpy(numpyFile("complex")), "datasets/unknown-dtype", /<c16/);
    expectDatasetError(() => readNpy(fileWith(dict("'|f4'", "(0,)"))), "datasets/unknown-dtype");
    expectDatasetError(() => readNpy(new TextEncoder().encode("hello, world")), "datasets/wrong-magic");
    expectDatasetError(
      () => readNpy(fileWith("{'fortran_order': False, 'shape': (), }")),
      "datasets/bad-header",
      /descr/,
    );
    expectDatasetError(
      () => readNpy(fileWith("{'descr': '<f4', 'shape': (), }")),
      "datasets/bad-header",
      /fortran/,
    );
    expectDatasetError(() => readNpy(fileWith(dict("'<f4'", "3"))), "datasets/bad-header", /shape/);
    expectDatasetError(() => readNpy(fileWith(dict("'<f4'", "(-3,)"))), "datasets/bad-header", /-3/);
    expectDatasetError(() => readNpy(fileWith(dict("'<f4'", "(3,,)"))), "datasets/bad-header");
    expectDatasetError(
      () => readNpy(fileWith(dict("'|u1'", "(2,)"), 3)),
      "datasets/trailing-bytes",
      /1 bytes/,
    );
    const version9 = fileWith(dict("'|u1'", "(0,)"));
    version9[6] = 9;
    expectDatasetError(() => readNpy(version9), "datasets/bad-header", /version 9/);
  });

  test("absurd sizes are refused before anything is allocated", () => {
    for (const shape of [
      "(99999999999999999999,)",
      "(4294967296, 4294967296, 4294967296)",
      "(1000000000000,)",
    ]) {
      const file = fileWith(`{'descr': '<f8', 'fortran_order': True, 'shape': ${shape}, }`, 64);
      expectDatasetError(() => readNpy(file), "datasets/truncated", /needs/);
    }
    // A size of 0 anywhere makes the array empty, however large the others are.
    const empty = fileWith("{'descr': '<f8', 'fortran_order': True, 'shape': (4294967296, 0, 4294967296), }");
    expect(readNpy(empty).data.length).toBe(0);
  });

  test("data that does not fit its shape or dtype is not written", () => {
    const write = (dtype: Dtype, shape: readonly number[], data: TypedArray) => () =>
      writeNpy({ dtype, shape, data });
    expectDatasetError(write("int8", [3], Int8Array.of(1, 2)), "datasets/bad-argument", /3 elements/);
    expectDatasetError(write("int8", [2], Uint8Array.of(1, 2)), "datasets/bad-argument", /Int8Array/);
    expectDatasetError(write("int8", [-1], new Int8Array(0)), "datasets/bad-argument", /-1/);
    expectDatasetError(
      write("int8", new Array(40000).fill(1), new Int8Array(1)),
      "datasets/bad-argument",
      /axes/,
    );
    expectDatasetError(
      write("complex64" as Dtype, [0], new Int8Array(0)),
      "datasets/unknown-dtype",
      /complex64/,
    );
  });
});
