import { NetlistError } from "./error.js";
import type { Netlist } from "./netlist.js";

/**
 * Clocks from the inputs to each node: registers on the way. Constants are there at any time (`-1`).
 *
 * Throws `NetlistError` `unbalanced` when a node reads words of different clocks: the circuit would mix results of different inputs.
 */
export function latencies(netlist: Netlist): Int32Array {
  const latency = new Int32Array(netlist.size);
  for (let node = 0; node < netlist.size; node++) {
    const kind = netlist.kind(node);
    if (kind === "constant") latency[node] = -1;
    if (kind === "constant" || kind === "input") continue;
    let at = -1;
    for (const operand of netlist.operands(node)) {
      const clock = latency[operand]!;
      if (clock < 0) continue;
      if (at >= 0 && at !== clock) {
        throw new NetlistError(
          "netlist/unbalanced",
          `%${node} (${kind}) reads words of clock ${at} and of clock ${clock}.`,
          "put registers on the shorter way",
        );
      }
      at = clock;
    }
    latency[node] = kind === "register" ? at + 1 : at;
  }
  return latency;
}

/** Clocks from the inputs to the outputs, which all come at the same clock. Throws like `latencies`. */
export function latencyCycles(netlist: Netlist): number {
  const all = latencies(netlist);
  const clocks = new Set(netlist.outputs.map(({ node }) => all[node]!).filter((clock) => clock >= 0));
  if (clocks.size > 1) {
    throw new NetlistError(
      "netlist/unbalanced",
      `Outputs come at clocks ${[...clocks].sort((a, b) => a - b).join(", ")}.`,
      "put registers on the earlier ones",
    );
  }
  return clocks.size === 0 ? 0 : [...clocks][0]!;
}
