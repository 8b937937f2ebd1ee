import type { Netlist, NodeId } from "@gatefold/netlist";
import { solveBinary, solveCmvm, toNetlist } from "@gatefold/pass-cmvm";
import type { FormContext } from "./form.js";
import { insert } from "./insert.js";
import type { ScaledWord } from "./scaled-word.js";

/** Weights from which on a graph is searched for at effort 1 and above only. */
const largeBlock = 4096;

/** Integers times words, by an adder graph. */
export function generalBlock(
  netlist: Netlist,
  operands: readonly NodeId[],
  matrix: Float64Array,
  { effort }: FormContext,
): ScaledWord[] {
  const intervals = operands.map((node) => netlist.interval(node));
  const graph = solveCmvm(matrix, intervals, { effort: Math.max(0, effort - 1) / 10 });
  // Shifts and signs of outputs are left to whoever reads them.
  const outputs = graph.outputs.map((output) => output && { node: output.node, shift: 0, negative: false });
  const nodes = toNetlist({ ...graph, outputs }, netlist, operands);
  return graph.outputs.map((output, o) => ({
    node: nodes[o]!,
    scale: output === undefined ? 1 : (output.negative ? -1 : 1) * 2 ** output.shift,
    offset: 0,
  }));
}

/** Weights of -1, 0 and 1 times bits, by the method of fewest LUTs; a graph of a large block only at effort 1 and above. */
export function binaryBlock(
  netlist: Netlist,
  operands: readonly NodeId[],
  matrix: Float64Array,
  { effort, lutInputs }: FormContext,
): ScaledWord[] {
  const isLarge = matrix.length > largeBlock;
  const methods =
    lutInputs === 4
      ? (["shared-3-adders", "shared-4-adders"] as const)
      : (["shared-3-compressors", "shared-6-compressors"] as const);
  const results = [...methods, ...(effort >= 1 || !isLarge ? (["adder-graph"] as const) : [])].map((method) =>
    solveBinary(matrix, operands.length, {
      inputs: "unsigned",
      method,
      constants: "apart",
      effort: Math.max(0, effort - 1) / 10,
    }),
  );
  const luts = results.map(({ lutCounts, method }) => lutCounts.get(method)!);
  const { netlist: block, outputs } = results[luts.indexOf(Math.min(...luts))]!;
  const nodes = insert(netlist, block, operands);
  return outputs.map(({ scale, constant }, o) => ({ node: nodes[o]!, scale, offset: constant }));
}
