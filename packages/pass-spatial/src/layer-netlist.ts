import { Netlist, type NodeId } from "@gatefold/netlist";
import { greatestIndex } from "./greatest.js";
import { type Layer, wordInterval } from "./layer.js";

/** A layer's netlist: its inputs, what `neurons` makes of them, and the index of the greatest where the layer ends so. */
export function layerNetlist(
  layer: Layer,
  neurons: (netlist: Netlist, inputs: readonly NodeId[]) => readonly NodeId[],
): Netlist {
  const netlist = new Netlist(layer.name);
  netlist.from(layer.name);
  const inputs = layer.inputs.map((input, i) => netlist.input(`x${i}`, wordInterval(input)));
  const words = neurons(netlist, inputs);
  const outputs = layer.isArgMax ? [greatestIndex(netlist, words)] : words;
  outputs.forEach((node, o) => {
    netlist.output(`y${o}`, node);
  });
  return netlist;
}
