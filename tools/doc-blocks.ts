import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A fenced block of a page. */
export interface DocBlock {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function docBlocks(root: string, page: string): readonly DocBlock[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: body }) => ({
    page,
    line: text.slice(0, index).split("\n").length,
    language: language!,
    text: body!,
  }));
}

/** The source that a block quotes: its first line is `// <path>` of a file in `examples/`. */
export function quotedFile({ text }: DocBlock): string | undefined {
  return /^\/\/ (examples\/\S+)\n/.exec(text)?.[1];
}

/** What a quoting block has to hold: the path, and the file without its imports. */
export function quotation(root: string, file: string): string {
  const source = readFileSync(join(root, file), "utf8");
  return `// ${file}\n${source.replace(/^(import[\s\S]*?;\n)+\n*/, "")}`;
}

/** Brings every quotation of a page up to date. */
export function updateQuotations(root: string, page: string): void {
  const path = join(root, page);
  const text = readFileSync(path, "utf8");
  const updated = text.replace(
    /^```ts\n\/\/ (examples\/\S+)\n[\s\S]*?^```$/gm,
    (_, file: string) => `\`\`\`ts\n${quotation(root, file)}\`\`\``,
  );
  if (updated !== text) writeFileSync(path, updated);
}

/** Lines that a block says it prints: what follows `// → ` behind a statement. */
export function promisedLines(code: string): readonly string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line!);
}
