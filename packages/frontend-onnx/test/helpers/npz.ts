import { readFileSync } from "node:fs";
import { type DatasetArray, readNpy } from "@gatefold/datasets";
import { unzipSync } from "fflate";
import { sharedModel } from "./shared.js";

/** The numeric arrays of a shared npz file, each read once; others in it may be texts, which are not decoded. */
export function npzArrays(file: string): (key: string) => DatasetArray {
  const bytes = readFileSync(sharedModel(file)!);
  const read = new Map<string, DatasetArray>();
  return (key) => {
    const member = `${key}.npy`;
    const array =
      read.get(key) ?? readNpy(unzipSync(bytes, { filter: ({ name }) => name === member })[member]!);
    read.set(key, array);
    return array;
  };
}
