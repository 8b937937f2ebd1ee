import type { Graph, Op, Value } from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import { bodyOf, netlistOf } from "@gatefold/dialect-q";
import type { Netlist } from "@gatefold/netlist";
import type { KernelSite } from "@gatefold/pass-fold";
import type { Layer } from "./layer.js";

/** A layer's kernels on the stream of its input: pads and a sliding window where it reads an image, then its netlist. */
export function buildLayer({ window, elem }: Layer, netlist: Netlist, site: KernelSite): Value {
  const { graph, loc } = site;
  let [x] = site.operands as [Value];
  if (window !== undefined) {
    const { kernel, strides, dilations, pads, padValue } = window;
    if (pads.some((p) => p > 0)) x = hw.Pad.build(graph, [x], { pads, value: padValue }, { loc });
    x = hw.Window.build(graph, [x], { kernel, strides, dilations }, { loc });
  }
  return hw.Netlist.build(graph, [x], { body: bodyOf(netlist), elem }, { loc });
}

/** Puts another circuit with the same ports into a `hw.netlist`. */
export function replaceNetlist(graph: Graph, op: Op, make: (netlist: Netlist) => Netlist): void {
  if (!hw.Netlist.is(op)) throw new TypeError(`\`${op.def.name}\` is no spatial circuit`);
  const body = bodyOf(make(netlistOf(op)));
  const made = hw.Netlist.create(graph, op.operands, { ...op.attrs, body }, { before: op, loc: op.loc });
  graph.replaceOp(op, [made.result()]);
}
