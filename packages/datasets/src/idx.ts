import { type DatasetArray, type Dtype, dtypeInfo, elementCount } from "./array.js";
import { decodeElements } from "./elements.js";
import { DatasetError } from "./error.js";
import { gunzip } from "./zip.js";

const IDX_DTYPES: Readonly<Record<number, Dtype>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Reads an idx file (MNIST's format: big-endian, a magic of two zeros, element type and number of axes), plain or gzip.
 *
 * @throws DatasetError `wrong-magic`, `unknown-dtype`, `truncated`, `trailing-bytes`, `corrupt` (gzip).
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
 */
export function readIdx(input: Uint8Array): DatasetArray {
  const bytes = isGzip(input) ? gunzip(input) : input;
  if (bytes.length < 4) {
    throw new DatasetError(
      "datasets/truncated",
      `idx: ${bytes.length} bytes are less than a header.`,
      "copy the file again",
    );
  }
  const [zero0, zero1, type, axes] = bytes as unknown as [number, number, number, number];
  if (zero0 !== 0 || zero1 !== 0) {
    throw new DatasetError(
      "datasets/wrong-magic",
      "The bytes do not begin as an idx file does.",
      "give a file such as MNIST's",
    );
  }
  const dtype = IDX_DTYPES[type];
  if (!dtype) {
    throw new DatasetError(
      "datasets/unknown-dtype",
      `idx: element type ${type} is not 8, 9 or 11 to 14.`,
      "check the third byte",
    );
  }
  const dataAt = 4 + 4 * axes;
  if (bytes.length < dataAt) {
    throw new DatasetError(
      "datasets/truncated",
      `idx: ${axes} axes are announced and their sizes are cut off.`,
      "copy the file again",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis, false));
  const count = elementCount(shape);
  const needed = count * dtypeInfo(dtype).sizeBytes;
  const present = bytes.length - dataAt;
  const claim = `idx: shape (${shape.join(", ")}) of ${dtype} needs ${needed} bytes and ${present} are there.`;
  if (needed > present)
    throw new DatasetError("datasets/truncated", claim, "copy the file again; its end is missing");
  if (needed < present)
    throw new DatasetError("datasets/trailing-bytes", claim, "check the sizes in the header");
  return { dtype, shape, data: decodeElements(bytes, dataAt, count, dtype, false) };
}
