import {
  Constant,
  type Module,
  numbers,
  type Op,
  printModule,
  type Source,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { buildConvNet, type ConvNetSpec, convNet } from "../../pass-streamline/test/helpers/conv-net.js";
import { verifyAgainst } from "../src/index.js";

const nets = fc.sample(convNet, { numRuns: Number(process.env["GATEFOLD_RUNS"] ?? 8), seed: 5 });
const sourceOf = (module: Module): Source => ({
  name: "net.gf",
  bytes: new TextEncoder().encode(printModule(module)),
});

/** The constant behind a parameter, through its quantizer. */
function constantBehind({ op }: Value): Op | undefined {
  if (!op || Constant.is(op)) return op;
  return op.operands.map(constantBehind).find((found) => found !== undefined);
}

/** A network with one weight of one of its convolutions changed; nothing for a network without. */
function damaged(spec: ConvNetSpec): { readonly other: Source; readonly node: string } | undefined {
  const module = buildConvNet(spec);
  const { main } = module;
  const layers = [...main.ops()].filter(({ loc }) => /^(conv|transposed)_/.test(loc.node ?? ""));
  const layer = layers[spec.seed % Math.max(layers.length, 1)];
  const op = layer && constantBehind(layer.operand(1));
  if (!op || !Constant.is(op)) return undefined;
  const { value } = op.attrs;
  const changed = numbers(value).map((v, i) => (i > 0 ? v : v > 0 ? v - 64 : v + 64));
  const at = { before: op, names: [op.result().name] };
  const made = Constant.build(main, [], { value: tensorFrom(value.elem, value.shape, changed) }, at);
  main.replaceOp(op, [made]);
  return { other: sourceOf(module), node: layer.loc.node! };
}

it("random networks equal their integers at every quantizer", async () => {
  let compared = 0;
  for (const spec of nets) {
    const model = sourceOf(buildConvNet(spec));
    const result = await verifyAgainst({ model, against: "onnx", verify: 6 });
    expect(result.difference, JSON.stringify(spec)).toBeUndefined();
    compared += result.tensors.length;
  }
  expect(compared).toBeGreaterThan(2 * nets.length);
});

it("a weight that is wrong is named at its own layer", async () => {
  let found = 0;
  let tried = 0;
  for (const spec of nets) {
    const wrong = damaged(spec);
    if (!wrong) continue;
    const model = sourceOf(buildConvNet(spec));
    const { divergence } = await verifyAgainst({ model, other: wrong.other, against: "onnx", verify: 6 });
    tried++;
    if (!divergence) continue;
    expect(divergence.node, JSON.stringify(spec)).toBe(wrong.node);
    found++;
  }
  expect(tried).toBeGreaterThan(2);
  expect(found).toBeGreaterThan(tried / 2);
});
