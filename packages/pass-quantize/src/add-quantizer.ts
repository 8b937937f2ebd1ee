import { Constant, type Graph, type Op, type Tensor, tensorFrom, type Value } from "@gatefold/core";
import { Quant } from "@gatefold/dialect-nn";

export interface QuantizerInit {
  /** Where in the graph. */
  readonly before: Op | undefined;
  /** Of the node and of its result. */
  readonly name: string;
  readonly scale: Tensor;
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

/** `nn.quant` of a value, with zero point 0 and ties to even. */
export function addQuantizer(graph: Graph, x: Value, init: QuantizerInit): Value {
  const { before, name, scale, bits, signed, narrow } = init;
  const { elem } = x.type;
  const file = x.op?.loc.file ?? before?.loc.file;
  const loc = { ...(file === undefined ? {} : { file }), node: name };
  const constant = (value: Tensor, role: string): Value =>
    Constant.build(graph, [], { value }, { before, loc, names: [`${name}_${role}`] });
  const parameters = [
    constant(scale, "scale"),
    constant(tensorFrom(elem, [], [0]), "zero_point"),
    constant(tensorFrom(elem, [], [bits]), "bits"),
  ];
  return Quant.build(graph, [x, ...parameters], { signed, narrow }, { before, loc, names: [name] });
}
