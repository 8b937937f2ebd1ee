import { type Design, designOf } from "@gatefold/sim";

/** A deterministic source of numbers for tests. */
export function random(seed: number): { below(n: number): number; bits(width: number): bigint } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => next() % n;
  const bits = (width: number): bigint => {
    // half of the time an edge: all zeros, all ones, one bit, few bits
    const kind = below(8);
    const all = (1n << BigInt(width)) - 1n;
    if (kind === 0) return 0n;
    if (kind === 1) return all;
    if (kind === 2) return 1n << BigInt(below(width));
    if (kind === 3) return BigInt(below(8)) & all;
    let value = 0n;
    for (let i = 0; i < width; i += 32) value = (value << 32n) | BigInt(next());
    return value & all;
  };
  return { below, bits };
}

export interface TestCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Input ports and their widths. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
}

/** A design with one cell a test; port `A` of cell `i` is the input `A<i>`. */
export function cellDesign(cells: readonly TestCell[]): Design {
  let next = 2;
  const take = (width: number): number[] => Array.from({ length: width }, () => next++);
  const ports: Record<string, { direction: "input" | "output"; bits: number[] }> = {};
  const jsonCells: Record<
    string,
    { type: string; parameters: Record<string, string>; connections: Record<string, number[]> }
  > = {};
  cells.forEach((cell, i) => {
    const connections: Record<string, number[]> = {};
    for (const [direction, list] of [
      ["input", cell.inputs],
      ["output", cell.outputs],
    ] as const) {
      for (const [port, width] of Object.entries(list)) {
        const bits = take(width);
        connections[port] = bits;
        ports[`${port}${i}`] = { direction, bits };
      }
    }
    const parameters = Object.fromEntries(
      Object.entries(cell.parameters).map(([k, v]) => [
        k,
        typeof v === "number" ? v.toString(2).padStart(32, "0") : v,
      ]),
    );
    jsonCells[`cell${i}`] = { type: cell.type, parameters, connections };
  });
  return designOf({ ports, cells: jsonCells, netnames: {} }, "cells");
}

export const mask = (width: number): bigint => (1n << BigInt(width)) - 1n;
export const signedOf = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);
