import {
  type AttrSpec,
  attr,
  checkOptions,
  defineOp,
  definePattern,
  definePatternPass,
  definePlugin,
  elemInfo,
  numbers,
  type OpDef,
  option,
  type Plugin,
  tensorFrom,
} from "@gatefold/core";

/** A well-behaved plugin, small enough to be broken in one place at a time. */

/** `min(x, max)` on integers. */
export const Cap: OpDef<{ readonly max: AttrSpec<number> }> = defineOp({
  name: "toy.cap",
  summary: "Cuts integers off at a greatest value.",
  operands: ["x"],
  attrs: { max: attr.int() },
  infer: ({ operands }) => operands,
  *verify(op) {
    const { max } = elemInfo(op.operand(0).type.elem);
    if (op.attrs.max > max) yield { label: "C1", message: `max is ${op.attrs.max}, above ${max}` };
  },
  evaluate: ([x], { max }) => [
    tensorFrom(
      x!.elem,
      x!.shape,
      Array.from(numbers(x!), (v) => Math.min(v, max)),
    ),
  ],
});

/** `cap(cap(x, a), b)` → `cap(x, min(a, b))`. */
export const mergeCaps = definePatternPass({
  name: "merge-caps",
  summary: "Merges caps that follow each other.",
  phase: "canonicalize",
  semantics: "bit-exact",
  patterns: [
    definePattern(Cap, (op, rw) => {
      const inner = Cap.match(op.operand(0));
      if (!inner) return undefined;
      if (inner.result().uses.length > 1) return rw.missed("something else reads the inner cap");
      rw.replace(op, [rw.build(Cap, inner.operands, { max: Math.min(op.attrs.max, inner.attrs.max) })]);
      return true;
    }),
  ],
});

export const sample = `module "two-caps" {
  main(%x: tensor<1x3xi8>) {
    %a = toy.cap(%x) {max = 20}
    %b = toy.cap(%a) {max = 10}
    return %b
  }
}`;

export function toy(options: { readonly level?: number } = {}): Plugin {
  checkOptions("toy", options, { level: option.optional(option.integer({ min: 0 })) });
  return definePlugin({
    name: "toy",
    ops: [Cap],
    passes: [mergeCaps],
    targets: [
      {
        name: "toy-1k",
        family: "toy",
        device: "T1",
        resources: { lutCount: 1000, ffCount: 1000, bramCount: 2, bramBits: 4096, dspCount: 0 },
        defaultClockMhz: 12,
        lutInputs: 4,
        tools: {},
      },
    ],
    costRules: [{ op: Cap, family: "toy", source: "by hand", estimate: () => ({ lutCount: 8 }) }],
  });
}
