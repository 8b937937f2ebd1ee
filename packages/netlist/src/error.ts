/** A netlist that cannot be: what is wrong, and where. Its builder's mistake, or a text that does not parse. */
export class NetlistError extends Error {
  override readonly name = "NetlistError";
  constructor(
    readonly code: `netlist/${string}`,
    readonly reason: string,
    readonly hint: string,
  ) {
    super(`${reason} [${code}]\n  hint: ${hint}`);
  }
}
