import type { Diagnostic } from "../diag/diagnostic.js";
import { textError } from "../diagnostics.js";
import { describeToken, positionOf, type Token, type TokenKind, tokenize } from "./lexer.js";

/** Leaves the statement that is being parsed. Caught where parsing can go on. */
export class ParseFailure extends Error {
  override readonly name = "ParseFailure";
}

/** A position in the tokens of one text, and the errors found so far. */
export class Cursor {
  readonly errors: Diagnostic[] = [];
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#tokens = tokenize(text);
    this.#file = file;
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Whether the next token has this text; strings never do. */
  at(text: string): boolean {
    return this.token.text === text && this.token.kind !== "string";
  }

  /** Takes the next token if it has this text. */
  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.next();
    return true;
  }

  expect(text: string, where: string): Token {
    if (!this.at(text))
      this.fail(this.token, `Expected \`${text}\` ${where}, not ${describeToken(this.token)}.`);
    return this.next();
  }

  expectKind(kind: TokenKind, what: string): Token {
    if (this.token.kind !== kind)
      this.fail(this.token, `Expected ${what}, not ${describeToken(this.token)}.`);
    return this.next();
  }

  /** Items between the next token, which is `open`, and `close`, with commas between. */
  list<T>(open: string, close: string, where: string, item: () => T): T[] {
    const items: T[] = [];
    this.expect(open, where);
    while (!this.at(close)) {
      items.push(item());
      if (!this.take(",")) break;
    }
    this.expect(close, where);
    return items;
  }

  string(what: string): string {
    const token = this.expectKind("string", what);
    try {
      return JSON.parse(token.text) as string;
    } catch {
      return this.fail(token, `${describeToken(token)} has an escape that JSON does not know.`);
    }
  }

  error(token: Token, message: string, hint?: string): void {
    this.errors.push(textError(positionOf(this.#file, token), message, hint));
  }

  fail(token: Token, message: string, hint?: string): never {
    this.error(token, message, hint);
    throw new ParseFailure(message);
  }

  /**
   * Leaves a statement that failed: goes to the next token that starts a line and may start a statement, or that
   * closes the graph. Moves at least once past `start`, the statement's first token.
   */
  skipStatement(start: Token): void {
    if (this.token === start) this.next();
    while (this.token.kind !== "end" && !(this.token.startsLine && /^(%|\}|[a-z])/.test(this.token.text)))
      this.next();
  }
}
