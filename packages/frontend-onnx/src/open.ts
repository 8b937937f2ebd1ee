import { readFileSync } from "node:fs";
import type { Diagnostic, Location } from "@gatefold/core";
import { notFound, notOnnx, truncated } from "./diagnostics.js";
import type { OnnxModel } from "./model.js";
import { decodeModel } from "./proto.js";

/** The bytes of a file, or why they cannot be had. */
export function readBytes(path: string): Uint8Array | Diagnostic {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : `${code}`;
    return notFound(path, reason);
  }
}

/** What well-known first bytes say that a file is. */
const signatures: readonly (readonly [string, string])[] = [
  ["\x89PNG", "it is a PNG image"],
  ["\xff\xd8\xff", "it is a JPEG image"],
  ["\x1f\x8b", "it is compressed with gzip"],
  ["PK\x03\x04", "it is a zip archive (a PyTorch or Keras file, perhaps)"],
  ["\x89HDF", "it is an HDF5 file (a Keras model, perhaps)"],
  ["version https://git-lfs", "it is a Git LFS pointer; run `git lfs pull`"],
  ["{", "it is JSON text"],
  ["<", "it is XML or HTML text"],
];

/** Fields of ModelProto and whether each is a varint (0) or length-delimited (2). Source: onnx.proto, IR 12. */
const wireTypes: ReadonlyMap<number, 0 | 2> = new Map<number, 0 | 2>([
  [1, 0],
  [2, 2],
  [3, 2],
  [4, 2],
  [5, 0],
  [6, 2],
  [7, 2],
  [8, 2],
  [14, 2],
  [20, 2],
  [25, 2],
  [26, 2],
]);

interface Varint {
  readonly value: number;
  readonly next: number;
}

function varint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return { value: Number.NaN, next: at + 10 };
}

/** Walks the outermost fields, which tells a truncated model from something else without decoding it. */
function checkOutline(bytes: Uint8Array, loc: Location): Diagnostic | undefined {
  let hasGraph = false;
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    if (!tag) return truncated(bytes.length + 1, bytes.length, loc);
    const field = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (wireTypes.get(field) !== wire) {
      return notOnnx(`byte ${at} begins no field of a model`, loc);
    }
    const body = varint(bytes, tag.next);
    if (!body) return truncated(bytes.length + 1, bytes.length, loc);
    if (Number.isNaN(body.value)) return notOnnx(`byte ${tag.next} holds no number`, loc);
    if (field === 7) hasGraph = true;
    at = wire === 0 ? body.next : body.next + body.value;
    if (at > bytes.length) return truncated(at, bytes.length, loc);
  }
  return hasGraph ? undefined : notOnnx("it has no graph", loc);
}

/** Whether bytes have the outline of a whole model, whatever their name. */
export function looksLikeModel(bytes: Uint8Array): boolean {
  return bytes.length > 0 && checkOutline(bytes, {}) === undefined;
}

/** Decodes a model, or says why the bytes are none. */
export function openModel(bytes: Uint8Array, loc: Location): OnnxModel | Diagnostic {
  if (bytes.length === 0) return notOnnx("it is empty", loc);
  const head = String.fromCharCode(...bytes.subarray(0, 32));
  const known = signatures.find(([magic]) => head.trimStart().startsWith(magic));
  if (known) return notOnnx(known[1], loc);
  const broken = checkOutline(bytes, loc);
  if (broken) return broken;
  try {
    return decodeModel(bytes);
  } catch (error) {
    return notOnnx(`its contents are corrupt (${error instanceof Error ? error.message : error})`, loc);
  }
}
