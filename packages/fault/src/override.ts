import {
  type AttrSpec,
  attr,
  defineOp,
  numbers,
  type OpDef,
  product,
  type Tensor,
  tensorFrom,
} from "@gatefold/core";
import { type CodeFunction, faultyBit, faultyCode } from "./codes.js";
import type { FaultMode } from "./manifest.js";

type OverrideAttrs = {
  readonly channels: AttrSpec<readonly number[]>;
  readonly what: AttrSpec<"code" | "bit">;
  readonly bit: AttrSpec<number>;
  readonly mode: AttrSpec<FaultMode["kind"]>;
  readonly value: AttrSpec<number>;
  readonly low: AttrSpec<number>;
  readonly high: AttrSpec<number>;
};

/**
 * A fault in a stream of codes: those of some channels become what the fault makes of them.
 *
 * - Operand: `x`, integer codes, channels last. Result: of the same type.
 * - `what` is the whole code, of `low … high`, or one `bit` of it; `mode` and `value` (a code, a bit or a seed) say what becomes of
 *   that.
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
    mode: attr.oneOf(["stuck-at", "flip", "random"] as const),
    value: attr.int(0),
    low: attr.int(0),
    high: attr.int(0),
  },
  infer: ({ operands }) => [operands[0]!],
  evaluate: ([x], { channels, what, bit, mode, value, low, high }) => {
    const made = modeOf(mode, value);
    const change = what === "bit" ? faultyBit(x!, bit, made) : faultyCode({ low, high, elem: x!.elem }, made);
    return [changed(x!, channels, change)];
  },
});

function modeOf(kind: FaultMode["kind"], value: number): FaultMode {
  if (kind === "flip") return { kind };
  return kind === "random" ? { kind, seed: value } : { kind, value };
}

function changed(x: Tensor, channels: readonly number[], change: CodeFunction): Tensor {
  const data = Float64Array.from(numbers(x));
  changeChannels(data, x.shape, channels, change);
  return tensorFrom(x.elem, x.shape, data);
}

/** Changes some channels of frames of codes, channels last, in place. */
export function changeChannels(
  data: { readonly length: number; [index: number]: number },
  frame: readonly number[],
  channels: readonly number[],
  change: CodeFunction,
): void {
  const [count, size] = [frame.at(-1)!, product(frame)];
  for (let pixel = 0; pixel < data.length; pixel += count) {
    for (const channel of channels) {
      const at = pixel + channel;
      data[at] = change(data[at]!, at % size);
    }
  }
}
