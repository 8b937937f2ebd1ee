/** Tcl as data: words, commands, and scripts in braces. Only the printer knows the syntax. */
export type TclWord =
  /** Text that reaches the command as it is. */
  | string
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "call"; readonly command: TclCommand }
  /** Commands in braces: a body. */
  | { readonly kind: "script"; readonly body: readonly TclItem[] }
  /** Text and values run together to one word. */
  | { readonly kind: "text"; readonly parts: readonly (string | TclVariable | TclCall)[] }
  /** An expression in braces: operators as text, operands as words. */
  | { readonly kind: "expression"; readonly parts: readonly (string | TclVariable | TclCall)[] };

type TclVariable = Extract<TclWord, { kind: "variable" }>;
type TclCall = Extract<TclWord, { kind: "call" }>;

export interface TclCommand {
  readonly kind: "command";
  readonly words: readonly TclWord[];
}

export type TclItem = TclCommand | { readonly kind: "comment"; readonly text: string };

export const command = (...words: readonly TclWord[]): TclCommand => ({ kind: "command", words });
export const comment = (text: string): TclItem => ({ kind: "comment", text });
export const variable = (name: string): TclVariable => ({ kind: "variable", name });
export const call = (...words: readonly TclWord[]): TclCall => ({ kind: "call", command: command(...words) });
export const script = (...body: readonly TclItem[]): TclWord => ({ kind: "script", body });
export const text = (...parts: readonly (string | TclVariable | TclCall)[]): TclWord => ({
  kind: "text",
  parts,
});
export const expression = (...parts: readonly (string | TclVariable | TclCall)[]): TclWord => ({
  kind: "expression",
  parts,
});

/** A list as one word: its elements, each quoted for the list. */
export function list(...elements: readonly string[]): TclWord {
  return elements.map(quote).join(" ");
}

/** Whether a text can stand in braces: they match, none is escaped, and no backslash stands before a brace or at the end. */
function fitsBraces(value: string): boolean {
  if (/\\/.test(value)) return false;
  let depth = 0;
  for (const char of value) {
    if (char === "{") depth++;
    if (char === "}" && --depth < 0) return false;
  }
  return depth === 0;
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** One literal word. */
function quote(value: string): string {
  if (/^[\w./:@%+=,*?~^<>!|&()-]+$/.test(value)) return value;
  if (fitsBraces(value)) return `{${value}}`;
  return value.replace(/[\s\\"$[\]{};#]/g, (char) => escapes[char] ?? `\\${char}`);
}

const plainName = /^\w+$/;

function printVariable({ name }: TclVariable): string {
  return plainName.test(name) ? `$${name}` : `\${${name}}`;
}

function printPart(part: string | TclVariable | TclCall, literal: (value: string) => string): string {
  if (typeof part === "string") return literal(part);
  return part.kind === "variable" ? printVariable(part) : `[${printCommand(part.command, "")}]`;
}

const inQuotes = (value: string): string => value.replace(/[\\"$[\]]/g, (char) => `\\${char}`);

function printWord(word: TclWord, indent: string): string {
  if (typeof word === "string") return quote(word);
  switch (word.kind) {
    case "variable":
      return printVariable(word);
    case "call":
      return `[${printCommand(word.command, indent)}]`;
    case "script":
      return `{\n${word.body.map((item) => printItem(item, `${indent}    `)).join("")}${indent}}`;
    case "text":
      return `"${word.parts.map((part) => printPart(part, inQuotes)).join("")}"`;
    case "expression":
      return `{${word.parts.map((part) => printPart(part, (value) => value)).join(" ")}}`;
  }
}

const mostColumns = 110;

/** A command; one that is too long continues on lines of their own, a word each. */
function printCommand({ words }: TclCommand, indent: string): string {
  const printed = words.map((word) => printWord(word, indent));
  const line = printed.join(" ");
  const isLong = indent.length + line.length > mostColumns && !line.includes("\n");
  return isLong ? printed.join(` \\\n${indent}    `) : line;
}

function printItem(item: TclItem, indent: string): string {
  if (item.kind === "comment") return `${indent}# ${item.text.replace(/\\+$/, "")}\n`;
  return `${indent}${printCommand(item, indent)}\n`;
}

/** Commands as the text of a file. */
export function printTcl(items: readonly TclItem[]): string {
  return items.map((item) => printItem(item, "")).join("");
}

/** `set here <folder of the script>`: scripts run from anywhere. */
export const setHere: TclCommand = command(
  "set",
  "here",
  call("file", "dirname", call("file", "normalize", call("info", "script"))),
);

/** A path relative to the script. */
export function beside(...parts: readonly string[]): TclCall {
  return call("file", "join", variable("here"), ...parts);
}
