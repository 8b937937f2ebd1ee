import {
  type DatasetArray,
  type Dtype,
  datasetArray,
  dtypeInfo,
  dtypes,
  elementCount,
  type TypedArray,
} from "./array.js";
import { decodeElements, encodeElements } from "./elements.js";
import { DatasetError } from "./error.js";

/** `\x93NUMPY`, the first bytes of every npy file. */
export const NPY_MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

interface NpyHeader {
  readonly dtype: Dtype;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

function badHeader(reason: string): DatasetError {
  return new DatasetError(
    "datasets/bad-header",
    `npy header: ${reason}.`,
    "write the file again with numpy.save",
  );
}

function truncated(reason: string): DatasetError {
  return new DatasetError(
    "datasets/truncated",
    `npy: ${reason}.`,
    "copy or write the file again; its end is missing",
  );
}

function parseDescr(header: string): Pick<NpyHeader, "dtype" | "littleEndian"> {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  if (descr === undefined) {
    if (/'descr'\s*:\s*\[/.test(header)) {
      throw new DatasetError(
        "datasets/unknown-dtype",
        "npy header: the array has records with named fields.",
        "save each field as an array of its own",
      );
    }
    throw badHeader("there is no 'descr'");
  }
  if (/^[|<>]?O/.test(descr)) {
    throw new DatasetError(
      "datasets/object-array",
      "npy header: the array holds Python objects, which only Python can unpickle.",
      "convert it to numbers before saving, e.g. numpy.asarray(list(x), dtype=numpy.float32)",
    );
  }
  const dtype = dtypes.find((name) => dtypeInfo(name).descr === descr.slice(1));
  const order = descr[0];
  const ordered =
    order === "<" || order === ">" || (order === "|" && dtype && dtypeInfo(dtype).sizeBytes === 1);
  if (!dtype || !ordered) {
    throw new DatasetError(
      "datasets/unknown-dtype",
      `npy header: element type '${descr}' is not a boolean, an integer of 1 to 8 bytes or a float of 2, 4 or 8 bytes.`,
      "convert it with astype before saving",
    );
  }
  return { dtype, littleEndian: order !== ">" };
}

function parseHeader(header: string): NpyHeader {
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  if (fortran === undefined) throw badHeader("there is no 'fortran_order'");
  const shapeText = /'shape'\s*:\s*\(([^()]*)\)/.exec(header)?.[1];
  if (shapeText === undefined) throw badHeader("there is no 'shape'");
  // `(3,)` has a trailing comma; Python 2 wrote `3L`.
  const sizes = shapeText.trim() === "" ? [] : shapeText.trim().replace(/,$/, "").split(",");
  const shape = sizes.map((text) => {
    const digits = /^\s*(\d+)L?\s*$/.exec(text)?.[1];
    if (digits === undefined) throw badHeader(`the shape (${shapeText}) has the size '${text.trim()}'`);
    return Number(digits);
  });
  return { ...parseDescr(header), fortranOrder: fortran === "True", shape };
}

/** Column-major elements to row-major ones. */
function toRowMajor(data: TypedArray, shape: readonly number[], dtype: Dtype): TypedArray {
  const out = dtypeInfo(dtype).make(data.length) as { [index: number]: number | bigint };
  const index = shape.map(() => 0);
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out as TypedArray;
}

/**
 * Reads one npy array, format 1.0 to 3.0, either byte order, C or Fortran order (the result is in C order).
 *
 * @throws DatasetError `wrong-magic`, `bad-header`, `unknown-dtype`, `object-array`, `truncated`, `trailing-bytes`.
 * Nothing is allocated before the header's claim is compared with the bytes that are there.
 * Source: NumPy Enhancement Proposal 1 and the numpy.lib.format documentation.
 */
export function readNpy(bytes: Uint8Array): DatasetArray {
  const magic = bytes.subarray(0, NPY_MAGIC.length);
  if (magic.some((byte, i) => byte !== NPY_MAGIC[i])) {
    throw new DatasetError(
      "datasets/wrong-magic",
      "The bytes do not begin as an npy file does.",
      "give a file made by numpy.save",
    );
  }
  const major = bytes[6];
  if (major === undefined || bytes.length < 8)
    throw truncated(`${bytes.length} bytes are less than a header`);
  if (major < 1 || major > 3) throw badHeader(`format version ${major} is not 1, 2 or 3`);
  const lengthBytes = major === 1 ? 2 : 4;
  const headerAt = 8 + lengthBytes;
  if (bytes.length < headerAt) throw truncated(`${bytes.length} bytes are less than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = headerAt + headerLength;
  if (dataAt > bytes.length) {
    throw truncated(`the header claims ${headerLength} bytes and ${bytes.length - headerAt} follow`);
  }
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(headerAt, dataAt));
  const { dtype, littleEndian, fortranOrder, shape } = parseHeader(text);
  const count = elementCount(shape);
  const needed = count * dtypeInfo(dtype).sizeBytes;
  const present = bytes.length - dataAt;
  if (needed > present) {
    throw truncated(`shape (${shape.join(", ")}) of ${dtype} needs ${needed} bytes and ${present} are there`);
  }
  if (needed < present) {
    throw new DatasetError(
      "datasets/trailing-bytes",
      `npy: ${present - needed} bytes follow the array of shape (${shape.join(", ")}).`,
      "save one array a file, or use numpy.savez for several",
    );
  }
  const data = decodeElements(bytes, dataAt, count, dtype, littleEndian);
  return { dtype, shape, data: fortranOrder && shape.length > 1 ? toRowMajor(data, shape, dtype) : data };
}

/**
 * Writes an npy file, format 1.0, little-endian, C order. NumPy reads back the same dtype, shape and bits.
 *
 * @throws DatasetError `bad-argument` when shape, element type and data do not fit each other.
 */
export function writeNpy(array: DatasetArray): Uint8Array {
  const { dtype, shape, data } = datasetArray(array.dtype, array.shape, array.data);
  const { descr, sizeBytes } = dtypeInfo(dtype);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${sizeBytes === 1 ? "|" : "<"}${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Spaces and a newline so that the elements begin at a multiple of 64 bytes.
  const headerLength = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  if (headerLength > 0xffff) {
    throw new DatasetError(
      "datasets/bad-argument",
      `A shape of ${shape.length} axes does not fit an npy header.`,
      "merge axes",
    );
  }
  const header = new TextEncoder().encode(`${dict.padEnd(headerLength - 1)}\n`);
  const elements = encodeElements(data, dtype);
  const out = new Uint8Array(10 + headerLength + elements.length);
  out.set([...NPY_MAGIC, 1, 0, headerLength & 0xff, headerLength >> 8]);
  out.set(header, 10);
  out.set(elements, 10 + headerLength);
  return out;
}
