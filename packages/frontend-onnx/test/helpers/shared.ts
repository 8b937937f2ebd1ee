import { existsSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../../../..");

/** Folder of the networks and data that tests may use when they are there. */
export const sharedFolder: string = process.env["GATEFOLD_SHARED"] ?? join(repository, "../shared");

/** Path of a file under `models/`; `undefined` when it is not there. */
export function sharedModel(name: string): string | undefined {
  const path = join(sharedFolder, "models", name);
  return existsSync(path) ? path : undefined;
}
