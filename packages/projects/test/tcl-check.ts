import { fileURLToPath } from "node:url";
import { call, inFolder } from "./tools.js";

/** Every call of a script that is not Tcl's own, as words; the folder of the output stands as `.`. */
export function recordCalls(
  files: ReadonlyMap<string, string | Uint8Array>,
  script: string,
): Promise<readonly (readonly string[])[]> {
  return inFolder(files, (folder) => {
    const recorder = fileURLToPath(new URL("record.tcl", import.meta.url));
    const said = call(folder, "tclsh", [recorder, script]);
    return said
      .trimEnd()
      .split("\n")
      .map((line) => line.replaceAll(`${folder}/`, "./").split("\u001f"));
  });
}

/** What is wrong with a text as Tcl's words: quotes, brackets and braces that do not match. For machines without Tcl. */
export function unbalanced(text: string): string | undefined {
  const open: string[] = [];
  const closes: Readonly<Record<string, string>> = { "}": "{", "]": "[" };
  let inQuotes = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const braced = open.at(-1) === "{" && !inQuotes;
    if (char === "\\") i++;
    else if (char === "#" && /(^|\n)[ \t]*$/.test(text.slice(0, i))) i = text.indexOf("\n", i);
    else if (char === '"' && !braced) inQuotes = !inQuotes;
    else if (char === "[" || (char === "{" && !inQuotes)) open.push(char);
    else if (char === "]" || (char === "}" && !inQuotes)) {
      if (open.pop() !== closes[char]) return `${char} at ${i} closes nothing`;
    }
  }
  if (inQuotes) return "a quote is open";
  return open.length > 0 ? `${open.at(-1)} is open` : undefined;
}
