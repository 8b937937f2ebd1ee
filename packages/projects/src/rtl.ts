import { RtlLibrary } from "@gatefold/backend-verilog";
import { shipped } from "./shipped.js";

/** A Verilog source by its module's name. */
export interface RtlSource {
  readonly name: string;
  readonly source: string;
}

const shellModules = ["gf_power_on", "gf_uart_rx", "gf_uart_shell", "gf_uart_tx"] as const;
const transferModules = ["gf_transfer"] as const;

/** Modules of this package and all that they instantiate of the kernels' library, without those that a design has already. */
function withLibrary(names: readonly string[], present: readonly string[]): readonly RtlSource[] {
  const own = names.map((name) => ({ name, source: shipped(`rtl/${name}.v`) }));
  const library = new RtlLibrary().closure(
    [],
    own.map(({ source }) => source),
  );
  const there = new Set(present.map((path) => path.replace(/^.*\//, "").replace(/\.v$/, "")));
  return [...own, ...library].filter(({ name }) => !there.has(name));
}

/** The modules of the UART shell. `present`: the sources of the design, by path. */
export function uartSources(present: readonly string[]): readonly RtlSource[] {
  return withLibrary(shellModules, present);
}

/** The module that marks the ends of transfers, and what it needs. */
export function transferSources(present: readonly string[]): readonly RtlSource[] {
  return withLibrary(transferModules, present);
}
