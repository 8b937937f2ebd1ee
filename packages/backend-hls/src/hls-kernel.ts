import { defineInterface, type Op, type OpInterface } from "@gatefold/core";
import type { CArgument, CArray, CStruct } from "./cpp/ast.js";

/** The call that stands for one kernel: `gatefold::mvu<…>(inputs…, outputs…, constants…)`. */
export interface HlsCall {
  /** The header that declares the function: one of the library (`gatefold/mvu.hpp`), or one whose source is given. */
  readonly header: string;
  readonly source?: string;
  /** With its namespace: `gatefold::mvu`. */
  readonly function: string;
  readonly template: readonly CArgument[];
  /** Arrays that are handed over behind the streams, in order; `name` is their part of the whole name. */
  readonly constants?: readonly CArray[];
  /** A circuit of the kernel's own, which becomes the first argument of the template. */
  readonly circuit?: Omit<CStruct, "kind" | "name">;
}

export interface HlsModel {
  /**
   * How the op is written. `"wires"` makes the first input the first output; `{ depth }` does that too, and gives the
   * stream room for as many beats more.
   */
  call(op: Op): HlsCall | "wires" | { readonly depth: number };
}

/** How a streaming op is written in C++. An op of a stranger brings its own. */
export const HlsKernel: OpInterface<HlsModel> = defineInterface<HlsModel>("hls.kernel");
