import { crc32, gunzipSync, inflateRawSync } from "node:zlib";
import { DatasetError } from "./error.js";

/** The most that one compressed member may claim or unpack to. */
export const MAX_UNPACKED_BYTES: number = 2 ** 31;

function corrupt(reason: string): DatasetError {
  return new DatasetError("datasets/corrupt", reason, "copy or write the file again");
}

function tooLarge(what: string, sizeBytes: number | string): DatasetError {
  return new DatasetError(
    "datasets/too-large",
    `${what} unpacks to ${sizeBytes} bytes; at most ${MAX_UNPACKED_BYTES} are read.`,
    "split the array",
  );
}

function isCodeError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** Unpacks gzip; checksum and length are checked. */
export function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    const out = gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  } catch (error) {
    if (isCodeError(error, "Z_BUF_ERROR")) {
      throw new DatasetError(
        "datasets/truncated",
        "gzip: the compressed data ends early.",
        "copy the file again",
      );
    }
    if (isCodeError(error, "ERR_BUFFER_TOO_LARGE")) throw tooLarge("gzip: the file", "more");
    throw corrupt(`gzip: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

interface Member {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerAt: number;
}

/** Where the central directory begins and how many members it lists; in zip64 archives from the zip64 record. */
function findDirectory(bytes: Uint8Array, view: DataView): { readonly at: number; readonly count: number } {
  const lowest = Math.max(0, bytes.length - 22 - 0xffff);
  for (let end = bytes.length - 22; end >= lowest; end--) {
    if (view.getUint32(end, true) !== 0x06054b50) continue;
    const count = view.getUint16(end + 10, true);
    const at = view.getUint32(end + 16, true);
    if (count !== 0xffff && at !== 0xffffffff) return { at, count };
    const locator = end - 20;
    if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) break;
    const record = Number(view.getBigUint64(locator + 8, true));
    if (record + 56 > bytes.length || view.getUint32(record, true) !== 0x06064b50) break;
    return {
      at: Number(view.getBigUint64(record + 48, true)),
      count: Number(view.getBigUint64(record + 32, true)),
    };
  }
  throw new DatasetError(
    "datasets/truncated",
    "zip: the directory at the end of the file is missing.",
    "copy the file again",
  );
}

function readMember(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): { readonly member: Member; readonly next: number } {
  if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
    throw corrupt("zip: the directory is damaged.");
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const extraAt = at + 46 + nameLength;
  const next = extraAt + extraLength + view.getUint16(at + 32, true);
  if (next > bytes.length) throw corrupt("zip: the directory is damaged.");
  const fields = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ];
  // Zip64: fields that are all ones stand, in this order, in extra field 1.
  for (let extra = extraAt; extra + 4 <= extraAt + extraLength; ) {
    const size = view.getUint16(extra + 2, true);
    if (view.getUint16(extra, true) === 1) {
      let value = extra + 4;
      for (let i = 0; i < fields.length; i++) {
        if (fields[i] !== 0xffffffff) continue;
        if (value + 8 > bytes.length) throw corrupt("zip: a zip64 field is damaged.");
        fields[i] = Number(view.getBigUint64(value, true));
        value += 8;
      }
    }
    extra += 4 + size;
  }
  const name = new TextDecoder().decode(bytes.subarray(at + 46, extraAt));
  const [unpackedBytes, packedBytes, headerAt] = fields as [number, number, number];
  if (view.getUint16(at + 8, true) & 1) throw corrupt(`zip: member '${name}' is encrypted.`);
  const member = {
    name,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedBytes,
    unpackedBytes,
    headerAt,
  };
  return { member, next };
}

function unpack(bytes: Uint8Array, view: DataView, member: Member): Uint8Array {
  const what = `zip: member '${member.name}'`;
  if (member.unpackedBytes > MAX_UNPACKED_BYTES) throw tooLarge(what, member.unpackedBytes);
  const { headerAt } = member;
  if (headerAt + 30 > bytes.length || view.getUint32(headerAt, true) !== 0x04034b50)
    throw corrupt(`${what} has no header.`);
  const dataAt = headerAt + 30 + view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true);
  if (dataAt + member.packedBytes > bytes.length) {
    throw new DatasetError(
      "datasets/truncated",
      `${what} claims more bytes than the file has.`,
      "copy the file again",
    );
  }
  const packed = bytes.subarray(dataAt, dataAt + member.packedBytes);
  let out: Uint8Array;
  if (member.method === 0) out = packed;
  else if (member.method === 8) {
    try {
      // One byte more than claimed, so that a member that unpacks to more than its claim is seen and not stored.
      out = inflateRawSync(packed, { maxOutputLength: member.unpackedBytes + 1 });
    } catch (error) {
      if (isCodeError(error, "ERR_BUFFER_TOO_LARGE")) {
        throw corrupt(`${what} unpacks to more than the ${member.unpackedBytes} bytes that it claims.`);
      }
      throw corrupt(`${what}: ${error instanceof Error ? error.message : String(error)}.`);
    }
  } else
    throw corrupt(`${what} is compressed by method ${member.method}, which is neither store nor deflate.`);
  if (out.length !== member.unpackedBytes)
    throw corrupt(`${what} has ${out.length} bytes and claims ${member.unpackedBytes}.`);
  if (crc32(out) !== member.crc) throw corrupt(`${what} does not match its checksum.`);
  return out;
}

/**
 * All members of a zip archive, in the directory's order, with sizes and CRC-32 checked.
 *
 * The reader is strict on purpose: a flipped bit must not become a number in somebody's accuracy table.
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3.
 */
export function readZip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  if (bytes.length < 22) {
    throw new DatasetError(
      "datasets/truncated",
      `zip: ${bytes.length} bytes are less than an empty archive.`,
      "copy the file again",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members = new Map<string, Uint8Array>();
  let { at, count } = findDirectory(bytes, view);
  for (; count > 0; count--) {
    const { member, next } = readMember(bytes, view, at);
    members.set(member.name, unpack(bytes, view, member));
    at = next;
  }
  return members;
}
