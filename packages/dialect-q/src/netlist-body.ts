import type { Op } from "@gatefold/core";
import {
  latencyCycles,
  NetlistError,
  parseNetlist,
  printNetlist,
  type Netlist as WordNetlist,
} from "@gatefold/netlist";

/** A netlist op's body, read. */
export interface ParsedBody {
  readonly netlist: WordNetlist;
  /** Clocks from inputs to outputs; the error when nodes mix vectors or outputs come at different clocks. */
  readonly latencyCycles: number | NetlistError;
}

const parsedBodies = new WeakMap<readonly string[], ParsedBody>();
/** Bodies that were read last: an op that is built anew has a list of its own with the same lines. */
let lastBodies: readonly WeakRef<readonly string[]>[] = [];
const keptBodies = 16;

/** Reads a body, once for equal ones that are in use. Throws `NetlistError` when it is none. */
export function parsedBody(body: readonly string[]): ParsedBody {
  const known = parsedBodies.get(body);
  if (known !== undefined) return known;
  const equal = lastBodies
    .map((ref) => ref.deref())
    .find((other) => other !== undefined && sameLines(other, body));
  const result = (equal && parsedBodies.get(equal)) ?? read(body);
  parsedBodies.set(body, result);
  lastBodies = [new WeakRef(body), ...lastBodies.filter((ref) => ref.deref() !== undefined)].slice(
    0,
    keptBodies,
  );
  return result;
}

function read(body: readonly string[]): ParsedBody {
  const netlist = parseNetlist(body.join("\n"));
  try {
    return { netlist, latencyCycles: latencyCycles(netlist) };
  } catch (error) {
    if (error instanceof NetlistError) return { netlist, latencyCycles: error };
    throw error;
  }
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

/** The circuit of a `q.netlist` or `hw.netlist`; the same object for equal bodies that are in use, so leave it as it is. */
export function netlistOf(op: Op): WordNetlist {
  return parsedBody(op.attrs["body"] as readonly string[]).netlist;
}

/** Clocks that the circuit of a `q.netlist` or `hw.netlist` takes. */
export function netlistLatencyCycles(op: Op): number {
  const { latencyCycles: cycles } = parsedBody(op.attrs["body"] as readonly string[]);
  if (typeof cycles === "number") return cycles;
  throw cycles;
}

/** A netlist as the `body` of an op. */
export function bodyOf(netlist: WordNetlist): string[] {
  return printNetlist(netlist).trimEnd().split("\n");
}
