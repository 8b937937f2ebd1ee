import { readFileSync } from "node:fs";
import { type DatasetArray, openNpz } from "@gatefold/datasets";
import { sharedModel } from "./shared.js";

/** The arrays of a shared npz file, each read once. */
export function npzArrays(file: string): (key: string) => DatasetArray {
  const readers = openNpz(readFileSync(sharedModel(file)!));
  const read = new Map<string, DatasetArray>();
  return (key) => {
    const array = read.get(key) ?? readers.get(key)!();
    read.set(key, array);
    return array;
  };
}
