import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { loadArray, readCsv, readIdx, writeNpy, writeNpz } from "../src/index.js";
import { expectDatasetError } from "./expect-error.js";

const idx = (type: number, shape: readonly number[], data: readonly number[]): Uint8Array =>
  Uint8Array.of(0, 0, type, shape.length, ...shape.flatMap((size) => [0, 0, size >> 8, size & 255]), ...data);

describe("idx", () => {
  test("element types are big-endian; gzip is seen by content", () => {
    const bytes = idx(8, [2, 3], [1, 2, 3, 4, 5, 255]);
    const expected = { dtype: "uint8", shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) };
    expect(readIdx(bytes)).toEqual(expected);
    expect(readIdx(gzipSync(bytes))).toEqual(expected);
    expect(readIdx(idx(9, [1], [255])).data).toEqual(Int8Array.of(-1));
    expect(readIdx(idx(11, [2], [1, 0, 255, 254])).data).toEqual(Int16Array.of(256, -2));
    expect(readIdx(idx(12, [1], [0, 1, 0, 0])).data).toEqual(Int32Array.of(65536));
    expect(readIdx(idx(13, [1], [0x3f, 0xc0, 0, 0])).data).toEqual(Float32Array.of(1.5));
    expect(readIdx(idx(14, [1], [0xbf, 0xf0, 0, 0, 0, 0, 0, 0])).data).toEqual(Float64Array.of(-1));
  });

  test("bad files are named", () => {
    const bytes = idx(8, [2, 3], [1, 2, 3, 4, 5, 6]);
    for (let length = 0; length < bytes.length; length++) {
      expectDatasetError(() => readIdx(bytes.subarray(0, length)), "datasets/truncated");
    }
    expectDatasetError(() => readIdx(Uint8Array.of(...bytes, 0)), "datasets/trailing-bytes");
    expectDatasetError(() => readIdx(idx(10, [1], [0])), "datasets/unknown-dtype", /10/);
    expectDatasetError(() => readIdx(Uint8Array.of(1, 0, 8, 0, 0)), "datasets/wrong-magic");
    const absurd = Uint8Array.of(0, 0, 14, 3, ...new Array(12).fill(255), 1);
    expectDatasetError(() => readIdx(absurd), "datasets/truncated", /4294967295/);
    const packed = gzipSync(bytes);
    expectDatasetError(() => readIdx(packed.subarray(0, packed.length - 3)), "datasets/truncated", /gzip/);
    packed[packed.length - 6]! ^= 1;
    expectDatasetError(() => readIdx(packed), "datasets/corrupt", /gzip/);
  });
});

describe("csv", () => {
  test("finite float64 tables go to text and back to the same bits, whatever the delimiter", () => {
    const cell = fc.double({ noNaN: true });
    const table = fc.integer({ min: 1, max: 5 }).chain((columns) => {
      return fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
        minLength: 1,
        maxLength: 8,
      });
    });
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "\t", " ", ", "), (rows, delimiter) => {
        const text = rows
          .map((row) => row.map((v) => (Object.is(v, -0) ? "-0" : `${v}`)).join(delimiter))
          .join("\n");
        const expected = {
          dtype: "float64",
          shape: [rows.length, rows[0]!.length],
          data: Float64Array.from(rows.flat()),
        };
        expect(readCsv(text)).toEqual(expected);
      }),
    );
  });

  test("a row without a number is a header; comments, blank lines, quotes, BOM and CRLF are no data", () => {
    const text = '\uFEFF# made by hand\r\n"x","y"\r\n\r\n1,"2"\r\n-.5e1,nan\r\n';
    expect(readCsv(new TextEncoder().encode(text))).toEqual({
      dtype: "float64",
      shape: [2, 2],
      data: Float64Array.of(1, 2, -5, Number.NaN),
    });
    expectDatasetError(
      () => readCsv("x,y\n1,2", { header: false }),
      "datasets/bad-number",
      /line 1, column 1/,
    );
    expect(readCsv("1,2\n3,4", { header: true }).data).toEqual(Float64Array.of(3, 4));
    expect(readCsv("1:2\n3:4", { delimiter: ":" }).shape).toEqual([2, 2]);
  });

  test("what is not a table of numbers is refused with its place", () => {
    expectDatasetError(() => readCsv("1,2\n3,\n"), "datasets/bad-number", /line 2, column 2: ""/);
    expectDatasetError(() => readCsv("1,0x10"), "datasets/bad-number", /0x10/);
    expectDatasetError(() => readCsv("1,2\n\n3"), "datasets/ragged-rows", /line 3 has 1 cells/);
    expectDatasetError(() => readCsv("x,y\n"), "datasets/truncated");
    expectDatasetError(() => readCsv("# only\n"), "datasets/truncated");
  });
});

describe("loadArray", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatefold-datasets-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const array = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } as const;

  test("the format is told by the content, not by the name", () => {
    expect(loadArray(file("a.bin", writeNpy(array)))).toEqual(array);
    expect(loadArray(file("a.npy.gz", gzipSync(writeNpy(array))))).toEqual(array);
    expect(loadArray(file("one.npz", writeNpz({ only: array })))).toEqual(array);
    expect(loadArray(file("two.npz", writeNpz({ a: array, b: array })), { key: "b" })).toEqual(array);
    expect(loadArray(file("labels", idx(8, [2], [7, 8]))).data).toEqual(Uint8Array.of(7, 8));
    expect(loadArray(file("t.tes", "1,2\n3,4\n")).shape).toEqual([2, 2]);
  });

  test("errors carry the path", () => {
    const two = file("pair.npz", writeNpz({ a: array, b: array }));
    expectDatasetError(() => loadArray(two), "datasets/needs-key", /pair\.npz.*a, b/);
    expectDatasetError(() => loadArray(two, { key: "c" }), "datasets/no-such-key", /'c'.*a, b/);
    const single = file("single.npz", writeNpz({ a: array }));
    expectDatasetError(() => loadArray(single, { key: "c" }), "datasets/no-such-key");
    expectDatasetError(
      () => loadArray(file("k.npy", writeNpy(array)), { key: "a" }),
      "datasets/no-such-key",
      /not npz/,
    );
    expectDatasetError(() => loadArray(join(folder, "absent.npy")), "datasets/not-found", /absent/);
    expectDatasetError(() => loadArray(folder), "datasets/not-found");
    expectDatasetError(
      () => loadArray(file("x", Uint8Array.of(1, 2, 3, 4, 5))),
      "datasets/unknown-format",
      /x/,
    );
    expectDatasetError(() => loadArray(file("empty", "")), "datasets/unknown-format");
  });
});
