import { type AttrSpec, attr, defineOp, numbers, type OpDef, type Tensor, tensorFrom } from "@gatefold/core";
import { type CodeFunction, faultyBit, faultyCode } from "./codes.js";
import type { FaultMode } from "./manifest.js";

type OverrideAttrs = {
  readonly channels: AttrSpec<readonly number[]>;
  readonly what: AttrSpec<"code" | "bit">;
  readonly bit: AttrSpec<number>;
  readonly mode: AttrSpec<"stuck-at" | "flip">;
  readonly value: AttrSpec<number>;
  readonly low: AttrSpec<number>;
  readonly high: AttrSpec<number>;
};

/**
 * A fault in a stream of codes: those of some channels become what the fault makes of them.
 *
 * - Operand: `x`, integer codes, channels last. Result: of the same type.
 * - `what` is the whole code, of `low … high`, or one `bit` of it; `mode` and `value` say what becomes of that.
 *
 * For evaluation and the executor; no circuit has it.
 */
export const Override: OpDef<OverrideAttrs> = defineOp<OverrideAttrs>({
  name: "fault.override",
  summary: "Changes the codes of some channels as a fault would.",
  operands: ["x"],
  attrs: {
    channels: attr.ints(),
    what: attr.oneOf(["code", "bit"] as const),
    bit: attr.int(0),
    mode: attr.oneOf(["stuck-at", "flip"] as const),
    value: attr.int(0),
    low: attr.int(0),
    high: attr.int(0),
  },
  infer: ({ operands }) => [operands[0]!],
  evaluate: ([x], { channels, what, bit, mode, value, low, high }) => {
    const made: FaultMode = mode === "flip" ? { kind: "flip" } : { kind: "stuck-at", value };
    const change = what === "bit" ? faultyBit(x!, bit, made) : faultyCode({ low, high, elem: x!.elem }, made);
    return [changed(x!, channels, change)];
  },
});

function changed(x: Tensor, channels: readonly number[], change: CodeFunction): Tensor {
  const data = Float64Array.from(numbers(x));
  changeChannels(data, x.shape.at(-1)!, channels, change);
  return tensorFrom(x.elem, x.shape, data);
}

/** Changes some channels of codes whose last axis has `count` channels, in place. */
export function changeChannels(
  data: { readonly length: number; [index: number]: number },
  count: number,
  channels: readonly number[],
  change: CodeFunction,
): void {
  for (let pixel = 0; pixel < data.length; pixel += count) {
    for (const channel of channels) data[pixel + channel] = change(data[pixel + channel]!);
  }
}
