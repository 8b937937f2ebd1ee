import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Module } from "../ir/module.js";
import { printModule } from "../text/print.js";
import type { Pass } from "./pass.js";

/** The text of a module at one point of the pipeline. */
export interface DumpEntry {
  /** `00-input.gf`, `03-split-quant.gf`; the number is the pass's place in the run. */
  readonly fileName: string;
  /** `undefined` before the first pass. */
  readonly pass: Pass | undefined;
  readonly text: string;
}

export type Dump = { readonly dir: string } | ((entry: DumpEntry) => void);

/** Hands on the module's text whenever it differs from the last. */
export class Dumper {
  readonly #to: (entry: DumpEntry) => void;
  readonly #digits: number;
  #last: string | undefined;

  constructor(dump: Dump, passCount: number) {
    this.#digits = Math.max(2, String(passCount).length);
    this.#to =
      typeof dump === "function"
        ? dump
        : ({ fileName, text }) => {
            mkdirSync(dump.dir, { recursive: true });
            writeFileSync(join(dump.dir, fileName), text);
          };
  }

  write(module: Module, pass: Pass | undefined, position: number): void {
    const text = printModule(module);
    if (text === this.#last) return;
    this.#last = text;
    const label = pass ? pass.name.slice(pass.name.lastIndexOf("/") + 1) : "input";
    this.#to({ fileName: `${String(position).padStart(this.#digits, "0")}-${label}.gf`, pass, text });
  }
}
