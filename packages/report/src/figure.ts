/**
 * Where a number comes from.
 *
 * - `model`: counted in the network itself. `formula`: the compiler's own cost or cycle formula.
 * - `simulation`: measured on the emitted Verilog. `evaluation`: by running the network.
 * - `target`: the device's data. `request`: what the user asked for, or the default that stood in for it.
 * - Anything else names a tool and its version: `yosys 0.55`, `nextpnr-ice40 0.8`.
 */
export type FigureSource =
  | "model"
  | "formula"
  | "simulation"
  | "evaluation"
  | "target"
  | "request"
  | (string & {});

/** A number that can be checked: what it counts and who says so. */
export interface Figure {
  readonly value: number;
  /** `cycles`, `bits`, `LUT4`, `1/s`, `MHz`, `%` … */
  readonly unit: string;
  readonly source: FigureSource;
}

export function figure(value: number, unit: string, source: FigureSource): Figure {
  return { value, unit, source };
}

/** The sum of figures of one unit and source; throws `TypeError` on others. 0 of `unit` when there are none. */
export function sumOf(figures: readonly Figure[], unit: string, source: FigureSource): Figure {
  let value = 0;
  for (const each of figures) {
    if (each.unit !== unit || each.source !== source) {
      throw new TypeError(`cannot add ${each.unit} by ${each.source} to ${unit} by ${source}`);
    }
    value += each.value;
  }
  return figure(value, unit, source);
}
