import {
  Constant,
  divisors,
  numbers,
  type Op,
  product,
  type Tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import * as hw from "@gatefold/dialect-hw";
import type { LoweringSite } from "./lowering.js";
import { padded, slide } from "./lowering.js";

/**
 * A convolution in groups: a sliding window and a grouped unit, which takes one group after the other.
 *
 * That is the least hardware as long as it is fast enough: at its widest it needs a cycle a tap and group. For a higher
 * rate the groups are dealt to as few units as reach it, each with a slice of the channels and a window of its own;
 * a unit of a single group is a matrix unit.
 */
export function lowerGroups(op: Op, w: Tensor, site: LoweringSite): Value {
  const { graph, loc } = site;
  const { elem, groups, pad_value } = op.attrs as {
    elem: Tensor["elem"];
    groups: number;
    pad_value: number;
  };
  const [filters, kh, kw, perGroup] = w.shape as [number, number, number, number];
  const taps = kh * kw;
  const pixels = product(op.result().type.shape.slice(0, -1));
  const units = divisors(groups).find((u) => (pixels * taps * groups) / u <= site.wantedCycles) ?? groups;
  const image = padded(op, site, pad_value);
  const own = groups / units;
  const [channels, share] = [own * perGroup, filters / units];
  const values = numbers(w);
  const parts = Array.from({ length: units }, (_, u) => {
    const x =
      units === 1 ? image : hw.Slice.build(graph, [image], { first: u * channels, count: channels }, { loc });
    const windows = slide(op, x, [kh, kw], site);
    const size = taps * perGroup;
    const shape = own === 1 ? [share, size] : [share, taps, perGroup];
    const value = tensorFrom(w.elem, shape, values.slice(u * share * size, (u + 1) * share * size));
    const weights = Constant.build(graph, [], { value }, { loc });
    return own === 1
      ? hw.Mvu.build(graph, [windows, weights], { elem }, { loc })
      : hw.Gvu.build(graph, [windows, weights], { elem, groups: own }, { loc });
  });
  return parts.reduce((all, next) => hw.Concat.build(graph, [all, next], {}, { loc }));
}
