import { gunzipSync } from "node:zlib";

const text = new TextDecoder();

/** The files of a `.tar.gz`, by path. Reads ustar and GNU long names. */
export function readTarGz(bytes: Uint8Array): Map<string, Uint8Array> {
  const tar = gunzipSync(bytes);
  const files = new Map<string, Uint8Array>();
  const field = (at: number, length: number): string =>
    text.decode(tar.subarray(at, at + length)).replace(/\0.*$/s, "");
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12).trim() || "0", 8);
    const type = field(at + 156, 1);
    const prefix = field(at + 257, 5) === "ustar" ? field(at + 345, 155) : "";
    const name = longName ?? (prefix ? `${prefix}/${field(at, 100)}` : field(at, 100));
    const body = tar.subarray(at + 512, at + 512 + size);
    longName = type === "L" ? text.decode(body).replace(/\0.*$/s, "") : undefined;
    if (type === "0" || type === "") files.set(name, body);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
