import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { type DatasetArray, DatasetError, readNpz, writeNpy, writeNpz } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";
import { numpyFile } from "./numpy-files.js";

const sample: Readonly<Record<string, DatasetArray>> = {
  input: { dtype: "uint8", shape: [4, 25], data: Uint8Array.from({ length: 100 }, (_, i) => (i * i) % 7) },
  label: { dtype: "int64", shape: [4], data: BigInt64Array.of(3n, -1n, 2n ** 40n, 0n) },
};

/** Position of the first central directory entry. */
function directoryAt(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(file.length - 22 + 16, true);
}

describe("npz", () => {
  test("what is written is read back, in order, and the same arrays give the same bytes", () => {
    const bytes = writeNpz(sample);
    expect([...readNpz(bytes)]).toEqual(Object.entries(sample));
    expect(writeNpz(new Map(Object.entries(sample)))).toEqual(bytes);
    expect(readNpz(writeNpz({})).size).toBe(0);
  });

  test("files of NumPy: savez (stored, zip64 headers) and savez_compressed", () => {
    const stored = readNpz(numpyFile("savez"));
    expect([...stored.keys()]).toEqual(["a", "b"]);
    expect(stored.get("a")).toEqual({ dtype: "int32", shape: [3], data: Int32Array.of(0, 1, 2) });
    expect(stored.get("b")?.data).toEqual(Float64Array.of(1, 0, 0, 1));
    expect(readNpz(numpyFile("savez_compressed")).get("x")?.data).toEqual(Float32Array.of(1, 1, 1, 1, 1));
  });

  test("every cut archive is refused", () => {
    const file = writeNpz(sample);
    for (let length = 2; length < file.length; length++) {
      expect(() => readNpz(file.subarray(0, length))).toThrow(DatasetError);
    }
  });

  test("a flipped bit is refused or changes no number", () => {
    const file = writeNpz(sample);
    const expected = Object.values(sample);
    fc.assert(
      fc.property(fc.nat({ max: file.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const damaged = file.slice();
        damaged[at]! ^= 1 << bit;
        let arrays: readonly DatasetArray[];
        try {
          arrays = [...readNpz(damaged).values()];
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError);
          return;
        }
        // The count of members in the end record may shrink; what is returned is still right.
        expect(arrays).toEqual(expected.slice(0, arrays.length));
      }),
      { numRuns: 2000 },
    );
  });

  test("a wrong checksum, a wrong size, an unknown method and encryption are named", () => {
    const damage = (offset: number, value: number): Uint8Array => {
      const file = writeNpz(sample);
      const at = directoryAt(file) + offset;
      file[at] = file[at]! ^ value;
      return file;
    };
    expectDatasetError(() => readNpz(damage(16, 1)), "datasets/corrupt", /checksum/);
    expectDatasetError(() => readNpz(damage(24, 1)), "datasets/corrupt", /input/);
    expectDatasetError(() => readNpz(damage(10, 4)), "datasets/corrupt", /method 12/);
    expectDatasetError(() => readNpz(damage(8, 1)), "datasets/corrupt", /encrypted/);
    expectDatasetError(() => readNpz(damage(27, 0x80)), "datasets/too-large", /input/);
    expectDatasetError(() => readNpz(damage(22, 0x80)), "datasets/truncated", /input/);
  });

  test("a member that unpacks to more than it claims is stopped there", () => {
    const file = zipSync({ "a.npy": new Uint8Array(5_000_000) });
    new DataView(file.buffer, file.byteOffset).setUint32(directoryAt(file) + 24, 100, true);
    expectDatasetError(() => readNpz(file), "datasets/corrupt", /a\.npy.*more than the 100 bytes/);
  });

  test("a zip64 directory is read: sizes, position and count from its own fields", () => {
    const file = writeNpz({ input: sample["input"]! });
    const view = new DataView(file.buffer, file.byteOffset);
    const at = directoryAt(file);
    const nameLength = view.getUint16(at + 28, true);
    const entry = file.slice(at, at + 46 + nameLength);
    const extra = new DataView(new ArrayBuffer(28));
    extra.setUint16(0, 1, true);
    extra.setUint16(2, 24, true);
    for (const [i, field] of [24, 20, 42].entries()) {
      extra.setBigUint64(4 + 8 * i, BigInt(view.getUint32(at + field, true)), true);
      new DataView(entry.buffer).setUint32(field, 0xffffffff, true);
    }
    new DataView(entry.buffer).setUint16(30, 28, true);
    const recordAt = at + entry.length + 28;
    const end = new DataView(new ArrayBuffer(56 + 20 + 22));
    end.setUint32(0, 0x06064b50, true);
    end.setBigUint64(32, 1n, true);
    end.setBigUint64(48, BigInt(at), true);
    end.setUint32(56, 0x07064b50, true);
    end.setBigUint64(56 + 8, BigInt(recordAt), true);
    end.setUint32(76, 0x06054b50, true);
    end.setUint16(76 + 10, 0xffff, true);
    end.setUint32(76 + 16, 0xffffffff, true);
    const bytes = [file.subarray(0, at), entry, new Uint8Array(extra.buffer), new Uint8Array(end.buffer)];
    expect([...readNpz(new Uint8Array(Buffer.concat(bytes)))]).toEqual([["input", sample["input"]]]);
  });

  test("an error inside names the array", () => {
    const npy = writeNpy(sample["input"]!);
    expectDatasetError(
      () => readNpz(zipSync({ "good.npy": npy, "cut.npy": npy.subarray(0, 90) })),
      "datasets/truncated",
      /'cut'/,
    );
    expectDatasetError(
      () => readNpz(zipSync({ "readme.txt": new Uint8Array(20) })),
      "datasets/wrong-magic",
      /readme/,
    );
    expectDatasetError(() => readNpz(npy), "datasets/wrong-magic");
  });
});
