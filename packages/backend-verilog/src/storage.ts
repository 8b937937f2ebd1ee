import { ceilLog2 } from "@gatefold/core";
import type { KernelMemory } from "@gatefold/dialect-hw";
import { net, type VExpr, type VInstance, type VModule } from "./ast.js";
import { printMem } from "./print.js";

/** Words from which a memory is worth a block of RAM. */
const blockWords = 64;

export interface StorageOptions {
  readonly top: string;
  readonly memories: "files" | "inline";
  readonly ramStyle: "auto" | "block" | "distributed";
  /** `gf_ram_lite` with a write port, else `gf_rom`. */
  readonly isWritable: boolean;
}

/** A memory in the top, with the module or the file that has its contents. */
export interface Storage {
  readonly item: VInstance;
  readonly module?: VModule;
  readonly file?: { readonly name: string; readonly text: string };
}

/** Bits of the address of a memory; one for a single word. */
export function addressBits(depth: number): number {
  return Math.max(1, ceilLog2(depth));
}

/** A memory behind the given nets: ports `en`, `addr`, `data`, and `write`, `write_addr`, `write_data` of a writable one. */
export function storage(
  name: string,
  memory: KernelMemory,
  nets: Readonly<Record<string, VExpr>>,
  { top, memories, ramStyle, isWritable }: StorageOptions,
): Storage {
  const connections = { aclk: net("aclk"), ...nets };
  const { widthBits, depth } = memory;
  const instance = `${name}_${isWritable ? "ram" : "rom"}`;
  if (memories === "files" || depth < 2) {
    const file = { name: `${name}.mem`, text: printMem(memory.words(), widthBits) };
    const parameters: VInstance["parameters"] = {
      WIDTH: widthBits,
      DEPTH: depth,
      FILE: file.name,
      RAM_STYLE: ramStyle === "auto" && depth >= blockWords ? "block" : ramStyle,
    };
    const module = isWritable ? "gf_ram_lite" : "gf_rom";
    return { item: { kind: "instance", module, name: instance, parameters, connections }, file };
  }
  const module = `${top}_${name}`;
  const addrBits = addressBits(depth);
  return {
    item: { kind: "instance", module, name: instance, parameters: {}, connections },
    module: {
      name: module,
      comment: [`Contents of ${name}: ${depth} words of ${widthBits} bits, one cycle of latency.`],
      ports: [
        { direction: "input", name: "aclk", widthBits: 1 },
        { direction: "input", name: "en", widthBits: 1 },
        { direction: "input", name: "addr", widthBits: addrBits },
        { direction: "output", name: "data", widthBits },
        ...(isWritable
          ? ([
              { direction: "input", name: "write", widthBits: 1 },
              { direction: "input", name: "write_addr", widthBits: addrBits },
              { direction: "input", name: "write_data", widthBits },
            ] as const)
          : []),
      ],
      items: [{ kind: "rom", widthBits, words: memory.words(), isWritable }],
    },
  };
}
