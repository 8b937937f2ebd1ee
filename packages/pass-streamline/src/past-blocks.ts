import { Constant, definePattern, type Pattern, tensorFrom, type Value } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { Elementwise } from "@gatefold/dialect-nn";
import { blockChannel } from "@gatefold/dialect-q";
import { isConstantValue } from "./layout.js";

/** Whether a constant differs along the last axis alone, if at all, so that it is one parameter a channel. */
const isPerChannel = (v: Value, channels: number): boolean =>
  v.type.shape.every((d, i) => d === 1 || (i === v.type.shape.length - 1 && d === channels));

/**
 * `f(blocks(x), c, …)` → `blocks(f(x, c', …))` for elementwise `f`, `c'` with the parameters of each channel's place.
 *
 * Exact: `f` treats each element by its channel alone. The channels that become one block may have functions of their
 * own (a bias of the convolution before); behind `f`, which ends in a quantizer, they are plain codes.
 */
export const pastBlocks: Pattern = definePattern(nn.DepthToSpace, (op, { graph, ctx }) => {
  const reader = op.result().onlyReader;
  if (op.attrs.layout !== "channels_last" || !reader || reader.results.length !== 1) return undefined;
  if (
    !ctx.interfaces.get(reader.def, Elementwise) ||
    (reader.attrs["layout"] ?? "channels_last") !== "channels_last"
  )
    return undefined;
  const [source, shape] = [op.operand(0), op.result().type.shape];
  const count = shape[3]!;
  const constants = reader.operands.filter((v) => v !== op.result());
  const fits = reader.result().type.shape.every((d, i, all) => all.length === 4 && d === shape[i]);
  if (!fits || !constants.every((v) => isConstantValue(v) && isPerChannel(v, count))) return undefined;
  const at = { before: reader, loc: reader.loc };
  const places = op.attrs.blocksize ** 2;
  const order = new Array<number>(count * places);
  for (let place = 0; place < places; place++)
    for (let d = 0; d < count; d++) order[blockChannel(op.attrs.mode, count, places, place, d)] = d;
  const operands = reader.operands.map((v) => {
    if (v === op.result()) return source;
    // One parameter serves all channels, but batch norm counts its own.
    if (v.type.shape.at(-1) !== count || (count === 1 && !nn.BatchNorm.is(reader))) return v;
    const indices = Constant.build(graph, [], { value: tensorFrom("i32", [order.length], order) }, at);
    return nn.Gather.build(graph, [v, indices], { axis: v.type.shape.length - 1 }, at);
  });
  const inner = graph.create(reader.def, operands, reader.attrs, at).result();
  const names = [reader.result().name];
  graph.replaceOp(reader, [
    nn.DepthToSpace.build(graph, [inner], op.attrs, { before: reader, loc: op.loc, names }),
  ]);
  return true;
});
