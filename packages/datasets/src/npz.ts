import { zipSync } from "fflate";
import type { DatasetArray } from "./array.js";
import { DatasetError } from "./error.js";
import { readNpy, writeNpy } from "./npy.js";
import { readZip } from "./zip.js";

/**
 * The arrays of an npz file (stored or deflated) by name without `.npy`, in the file's order, each read when it is
 * asked for: a file may hold arrays of text beside those of numbers.
 *
 * @throws DatasetError `wrong-magic`, `truncated`, `corrupt` (checksum, sizes), `too-large`; a reader throws what
 * `readNpy` throws, with the array's name before it.
 */
export function openNpz(bytes: Uint8Array): ReadonlyMap<string, () => DatasetArray> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    throw new DatasetError(
      "datasets/wrong-magic",
      "The bytes do not begin as a zip archive does.",
      "give a file made by numpy.savez",
    );
  }
  const arrays = new Map<string, () => DatasetArray>();
  for (const [member, content] of readZip(bytes)) {
    const name = member.replace(/\.npy$/, "");
    arrays.set(name, () => {
      try {
        return readNpy(content);
      } catch (error) {
        if (!(error instanceof DatasetError)) throw error;
        throw new DatasetError(error.code, `npz array '${name}': ${error.reason}`, error.hint);
      }
    });
  }
  return arrays;
}

/** Reads every array of an npz file, or those of the given names. Throws as `openNpz` and its readers do. */
export function readNpz(bytes: Uint8Array, names?: readonly string[]): ReadonlyMap<string, DatasetArray> {
  const open = [...openNpz(bytes)].filter(([name]) => names?.includes(name) ?? true);
  return new Map(open.map(([name, read]) => [name, read()]));
}

/** Writes an npz file, deflated. The same arrays give the same bytes: member times are fixed. */
export function writeNpz(
  arrays: ReadonlyMap<string, DatasetArray> | Readonly<Record<string, DatasetArray>>,
): Uint8Array {
  const entries =
    arrays instanceof Map ? [...arrays] : Object.entries(arrays as Readonly<Record<string, DatasetArray>>);
  const members: Record<string, Uint8Array> = {};
  for (const [name, array] of entries) members[`${name}.npy`] = writeNpy(array);
  return zipSync(members, { level: 9, mtime: "1980-01-01T12:00:00" });
}
