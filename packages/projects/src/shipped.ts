import { readFileSync } from "node:fs";

/** A file that ships with the package, in `driver/` or `rtl/`. */
export function shipped(path: `driver/${string}` | `rtl/${string}`): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}
