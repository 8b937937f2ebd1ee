import { DiagnosticError } from "@gatefold/core";
import { bitOf, type Netlist, type NodeId, rebuild } from "@gatefold/netlist";
import type { Circuit } from "./circuit.js";
import { badOption } from "./diagnostics.js";
import { type ReducedFunctions, reduceFunctions } from "./functions.js";
import { type LutInputs, type MapObjective, optimise } from "./optimise.js";
import { reachableAddresses } from "./reachable.js";

export interface MapTablesOptions {
  /** LUT inputs. */
  readonly k: LutInputs;
  /** What comes first: few LUTs within 6 levels (or as many as the table needs), or few levels. */
  readonly objective: MapObjective;
  /** Whether entries at addresses that never come may change; true unless told otherwise. */
  readonly dontCares?: boolean;
  /** Tables that may also change at addresses where this has a 0, though they come; tables that are not in it are exact. */
  readonly care?: ReadonlyMap<NodeId, Uint8Array>;
  /** Circuits that are tried for each table, 4 unless told otherwise; time grows with them, and LUTs get fewer by some percent. */
  readonly trials?: number;
}

/**
 * Every table, and every LUT of more than `k` inputs, as LUTs of `k` inputs. Words, sums and registers stay, and so does what
 * outputs compute. Equal functions of the same bits are made once over the whole netlist.
 *
 * Throws `DiagnosticError` for options that cannot be.
 */
export function mapTables(netlist: Netlist, options: MapTablesOptions): Netlist {
  const { k, objective, dontCares = true, trials = 4, care } = options;
  const problems = [
    ...(k === 4 || k === 6 ? [] : [badOption("k", k, "4 or 6")]),
    ...(objective === "area" || objective === "depth"
      ? []
      : [badOption("objective", objective, "`area` or `depth`")]),
    ...(Number.isSafeInteger(trials) && trials > 0
      ? []
      : [badOption("trials", trials, "a positive integer")]),
  ];
  if (problems.length > 0) throw new DiagnosticError(problems);
  const reachable = dontCares ? reachableAddresses(netlist) : new Map<NodeId, Uint8Array>();
  const circuits = new Map<string, Circuit>();
  return rebuild(netlist, (into, node, operands) => {
    const kind = netlist.kind(node);
    if (kind !== "table" && !(kind === "lut" && operands.length > k)) return undefined;
    const { functions, variables } = functionsOf(netlist, node, both(reachable.get(node), care?.get(node)));
    const key = `${functions.inputs}:${functions.planes.map((plane) => plane.join("")).join()}:${functions.care?.join("")}`;
    let circuit = circuits.get(key);
    if (circuit === undefined) {
      circuit = optimise(functions, { k, objective, trials });
      circuits.set(key, circuit);
    }
    const signals = variables.map((v) => operands[v]!);
    for (const { inputs, low, high } of circuit.luts) {
      signals.push(
        into.lut(
          inputs.map((signal) => signals[signal]!),
          { low, high },
        ),
      );
    }
    const bits = circuit.outputs.map((signal) => signals[signal]!);
    return kind === "lut" ? bits[0]! : into.word(bits, netlist.signed(node), netlist.interval(node));
  });
}

/** Addresses that come and matter. */
function both(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  return a && b ? a.map((comes, at) => comes & b[at]!) : (a ?? b);
}

/** The functions of a node's bits, over the operands that matter. */
function functionsOf(netlist: Netlist, node: NodeId, care: Uint8Array | undefined): ReducedFunctions {
  const inputs = netlist.operands(node).length;
  const { low, high } = netlist.init(node);
  const entries = netlist.kind(node) === "table" ? netlist.entries(node) : undefined;
  const valueAt = (a: number): number => entries?.[a] ?? (a < 32 ? (low >>> a) & 1 : (high >>> (a - 32)) & 1);
  const planes = Array.from({ length: netlist.width(node) }, (_, b) =>
    Uint8Array.from({ length: 2 ** inputs }, (_, a) => bitOf(valueAt(a), b)),
  );
  return reduceFunctions({ inputs, planes, care });
}
