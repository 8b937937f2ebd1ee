import type { Location } from "../diag/diagnostic.js";

export type TokenKind = "word" | "value" | "number" | "string" | "type" | "punct" | "bad" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Whether only blanks stand before it on its line. */
  readonly startsLine: boolean;
}

const kinds: readonly (readonly [TokenKind, RegExp])[] = [
  ["type", /(?:tensor|stream)<[^>\n]*>/y],
  ["word", /[A-Za-z_][A-Za-z0-9_.]*/y],
  ["value", /%[A-Za-z0-9_.$-]+/y],
  ["number", /-?(?:inf|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y],
  ["punct", /[{}()[\]=,:<>@]/y],
];
const blank = /[ \t\r]+|#[^\n]*/y;

/** End of the string that starts at `from`, or −1. By hand, since regular expressions overflow on long weights. */
function endOfString(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '"') return i + 1;
    if (c === "\n") return -1;
    if (c === "\\") i++;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Cuts `.gf` text into tokens. A character that starts none becomes a `bad` token. The last token is `end`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let startsLine = true;
  let at = 0;
  const push = (kind: TokenKind, body: string): void => {
    tokens.push({ kind, text: body, line, column: at - lineStart + 1, startsLine });
    startsLine = false;
    at += body.length;
  };
  while (at < text.length) {
    if (text[at] === "\n") {
      at++;
      line++;
      lineStart = at;
      startsLine = true;
      continue;
    }
    const skipped = matchAt(blank, text, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    if (text[at] === '"') {
      const end = endOfString(text, at);
      if (end < 0) push("bad", text.slice(at).split("\n", 1)[0]!);
      else push("string", text.slice(at, end));
      continue;
    }
    let hit: readonly [TokenKind, string] | undefined;
    for (const [kind, pattern] of kinds) {
      const body = matchAt(pattern, text, at);
      if (body === undefined) continue;
      hit = [kind, body];
      break;
    }
    push(...(hit ?? (["bad", String.fromCodePoint(text.codePointAt(at)!)] as const)));
  }
  push("end", "");
  return tokens;
}

/** `model.gf:3:14`, as the file of a location. */
export function positionOf(file: string, token: Token): Location {
  return { file: `${file}:${token.line}:${token.column}` };
}

/** How a message calls a token. */
export function describeToken(token: Token): string {
  if (token.kind === "end") return "the end of the text";
  if (token.kind === "bad" && token.text.startsWith('"')) return "a string that does not end on its line";
  return `\`${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}\``;
}
