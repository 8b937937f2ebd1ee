import { SimError } from "../errors.js";
import { type Bits, bitsOf } from "./bits.js";

/** The parts of `write_json` output that the simulator reads. Source: `help write_json` of Yosys 0.55. */
export interface JsonModule {
  readonly ports: Readonly<Record<string, JsonPort>>;
  readonly cells: Readonly<Record<string, JsonCell>>;
  readonly netnames: Readonly<Record<string, JsonNet>>;
}

export interface JsonPort {
  readonly direction: "input" | "output" | "inout";
  readonly bits: readonly (number | string)[];
  readonly signed?: number;
}

export interface JsonCell {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

export interface JsonNet {
  readonly hide_name: number;
  readonly bits: readonly (number | string)[];
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One cell of a flat netlist. */
export class Cell {
  readonly name: string;
  readonly type: string;
  private readonly parameters: Readonly<Record<string, string>>;
  private readonly connections: Readonly<Record<string, Bits>>;
  private readonly source: string | undefined;

  constructor(name: string, json: JsonCell) {
    this.name = name;
    this.type = json.type;
    this.parameters = json.parameters ?? {};
    this.connections = Object.fromEntries(
      Object.entries(json.connections).map(([port, bits]) => [port, bitsOf(bits)]),
    );
    this.source = json.attributes?.["src"];
    for (const [port, bits] of Object.entries(json.connections)) {
      if (bits.includes("z")) {
        const why = "a simulation of two states has no high impedance";
        throw new SimError("unsupported-cell", `${this.label} reads z at port ${port}; ${why}`);
      }
    }
  }

  /** `cell $add$top.v:3$1 ($add, top.v:3.10-3.15)`. */
  get label(): string {
    return `cell ${this.name} (${this.type}${this.source === undefined ? "" : `, ${this.source}`})`;
  }

  has(port: string): boolean {
    return this.connections[port] !== undefined;
  }

  port(name: string): Bits {
    const bits = this.connections[name];
    if (bits === undefined) throw new SimError("unsupported-cell", `${this.label} has no port ${name}`);
    return bits;
  }

  /** A single-bit port. */
  bit(name: string): number {
    return this.port(name)[0] ?? 0;
  }

  /** A parameter as it is written: bits, most significant first. */
  text(name: string): string {
    const value = this.parameters[name];
    if (value === undefined) throw new SimError("unsupported-cell", `${this.label} has no parameter ${name}`);
    return value;
  }

  /** A parameter as a signed 32-bit (or narrower, then unsigned) number. */
  number(name: string): number {
    const text = this.text(name);
    const value = Number.parseInt(text.replaceAll(/[xz]/g, "0") || "0", 2);
    return text.length === 32 && text.startsWith("1") ? value - 2 ** 32 : value;
  }

  flag(name: string): boolean {
    return this.number(name) !== 0;
  }

  /** Bit `index` of a parameter of any length. */
  flagAt(name: string, index: number): boolean {
    const text = this.text(name);
    return text[text.length - 1 - index] === "1";
  }

  /** The same cell on other connections and parameters: a piece of it. */
  piece(
    suffix: string,
    connections: Readonly<Record<string, Bits>>,
    parameters: Readonly<Record<string, number>>,
  ): Cell {
    const binary = Object.entries(parameters).map(([k, v]) => [k, v.toString(2).padStart(32, "0")]);
    return new Cell(this.name + suffix, {
      type: this.type,
      parameters: { ...this.parameters, ...Object.fromEntries(binary) },
      attributes: this.source === undefined ? {} : { src: this.source },
      connections,
    });
  }
}
