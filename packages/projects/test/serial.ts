import type { Design } from "@gatefold/sim";

/** A line at its two ends: what is on `rx` in each cycle goes in, what was on `tx` comes out. */
export class SerialLine {
  readonly #simulation;
  readonly #clocksPerBit: number;
  readonly #heard: number[] = [];

  constructor(design: Design, clocksPerBit: number) {
    this.#simulation = design.simulate();
    this.#clocksPerBit = clocksPerBit;
    this.hold(1, 20);
  }

  /** A level on `rx` for some cycles. */
  hold(level: 0 | 1, cycles: number): void {
    this.#simulation.poke("rx", level);
    for (let i = 0; i < cycles; i++) {
      this.#heard.push(this.#simulation.peekNumber("tx"));
      this.#simulation.step();
    }
  }

  /** Another output of the design, now. */
  peek(name: string): number {
    return this.#simulation.peekNumber(name);
  }

  /** A byte as 8N1: start, eight bits from the lowest, stop. */
  send(byte: number): void {
    this.hold(0, this.#clocksPerBit);
    for (let bit = 0; bit < 8; bit++) this.hold(((byte >> bit) & 1) as 0 | 1, this.#clocksPerBit);
    this.hold(1, this.#clocksPerBit);
  }

  /** Every byte that was whole on `tx` so far. Throws for a missing stop bit. */
  heard(): Uint8Array {
    const line = this.#heard;
    const bytes: number[] = [];
    const middle = Math.floor(this.#clocksPerBit / 2);
    for (let at = 0; at < line.length; ) {
      if (line[at] !== 0) {
        at++;
        continue;
      }
      const end = at + 9 * this.#clocksPerBit + middle;
      if (end >= line.length) break; // still on the line
      const sample = (bit: number): number => line[at + bit * this.#clocksPerBit + middle]!;
      let byte = 0;
      for (let bit = 0; bit < 8; bit++) byte |= sample(bit + 1) << bit;
      if (sample(0) !== 0 || sample(9) !== 1) throw new Error(`no byte in cycle ${at}`);
      bytes.push(byte);
      at = end;
    }
    return Uint8Array.from(bytes);
  }
}
