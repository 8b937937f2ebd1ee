import {
  type AttrSpec,
  attr,
  constantOf,
  defineOp,
  elemInfo,
  InferError,
  numbers,
  type Op,
  type OpDef,
  type Tensor,
  tensorFrom,
  type Violation,
} from "@gatefold/core";
import { constants, inferLanes, type PeAttrs, parameterMemory, peKernel } from "./channelwise.js";
import { Kernel, type KernelMemory } from "./kernel.js";

export type RequantizeAttrs = PeAttrs & {
  readonly drop: AttrSpec<number>;
  readonly shift: AttrSpec<number>;
  readonly ties: AttrSpec<"up" | "even">;
  readonly low: AttrSpec<number>;
  readonly high: AttrSpec<number>;
  readonly offset: AttrSpec<number>;
};

/** Bits that a product may have: sums of it stay exact in doubles. */
export const mostProductBits = 51;

/**
 * Codes by a multiplication, PE channels a cycle: `y = offset + clip(q, low, high)` with
 * `q = ((mul · x >> drop) + add) >> shift`. With `ties = "even"` an odd `q` of which only zeros were shifted out counts
 * as the even one below: what rounding halves to even comes to, once `add` holds the half.
 *
 * - Operands: `x`; `mul` and `add` `<C>` or `<1>`. One `mul` for all channels is a constant of the circuit, and a power
 *   of two no multiplier at all.
 * - Constraints: (C1) to (C4) as `hw.threshold`; (C5) `x` is not bipolar, `mul` is unsigned and `add` signed; (C6) a product has at
 *   most 51 bits, and `drop` leaves some of them; (C7) ties are seen in all bits: `drop` is 0 then; (C8) `elem` holds
 *   `offset + low` and `offset + high`, `low <= high`.
 */
export const Requantize: OpDef<RequantizeAttrs> = defineOp({
  name: "hw.requantize",
  summary: "Codes by a multiplication, a sum and a shift, PE channels a cycle.",
  operands: ["x", "mul", "add"],
  attrs: {
    elem: attr.elem(),
    pe: attr.int(1),
    drop: attr.int(0),
    shift: attr.int(),
    ties: attr.oneOf(["up", "even"], "up"),
    low: attr.int(),
    high: attr.int(),
    offset: attr.int(0),
  },
  infer: ({ operands, attrs }) => {
    const [x, mul, add] = [operands[0]!, operands[1]!, operands[2]!];
    if (x.elem === "bipolar" || elemInfo(mul.elem).signed || !elemInfo(add.elem).signed) {
      throw new InferError("(C5) the stream is bipolar, factors are signed, or offsets are not");
    }
    const productBits = elemInfo(x.elem).widthBits + elemInfo(mul.elem).widthBits;
    if (productBits > mostProductBits || !(attrs.drop >= 0 && attrs.drop < productBits) || attrs.shift < 0) {
      throw new InferError(
        `(C6) a product of ${productBits} bits, of which ${attrs.drop} are dropped, is none of at most ${mostProductBits}`,
      );
    }
    if (attrs.ties === "even" && attrs.drop > 0) {
      throw new InferError(`(C7) ties to even need all bits, but ${attrs.drop} are dropped`);
    }
    const { min, max } = elemInfo(attrs.elem);
    const { low, high, offset } = attrs;
    if (!(low <= high && offset + low >= min && offset + high <= max) || attrs.elem === "bipolar") {
      throw new InferError(`(C8) ${attrs.elem} does not hold ${offset + low} … ${offset + high}`);
    }
    return inferLanes(operands, attrs);
  },
  *verify(op): Iterable<Violation> {
    const mul = constantOf(op.operand(1));
    if (mul && numbers(mul).some((m) => m >= 2 ** 31)) {
      yield { label: "C6", message: "a factor has more than 31 bits" };
    }
  },
  evaluate: ([x, mul, add], attrs) => {
    const [xs, ms, bs] = [numbers(x!), numbers(mul!), numbers(add!)];
    const channels = x!.shape.at(-1) ?? 1;
    const { drop, shift, ties, low, high, offset } = attrs;
    const [dropped, unit] = [2 ** drop, 2 ** shift];
    const codes = Float64Array.from(xs, (v, i) => {
      const c = i % channels;
      const sum = Math.floor((ms[c % ms.length]! * v) / dropped) + bs[c % bs.length]!;
      const q = Math.floor(sum / unit);
      const tie = ties === "even" && sum % unit === 0 && q % 2 !== 0;
      return offset + Math.min(Math.max(tie ? q - 1 : q, low), high);
    });
    return [tensorFrom(attrs.elem, x!.shape, codes)];
  },
  interfaces: [
    Kernel.of({
      ...peKernel(
        "Thresholding",
        (op) => (requantizeFactor(op) === undefined || !isPower(requantizeFactor(op)!) ? 4 : 3),
        (op) => [memoryOf(op)],
      ),
      products: (op) => {
        const factor = requantizeFactor(op);
        if (factor !== undefined && isPower(factor)) return undefined;
        return {
          aBits: elemInfo(op.operand(0).type.elem).widthBits,
          bBits: elemInfo(op.operand(1).type.elem).widthBits,
        };
      },
    }),
  ],
});

/** The one factor of all channels; `undefined` when each has its own. */
export function requantizeFactor(op: Op): number | undefined {
  const [mul] = constants(op) as [Tensor, Tensor];
  return mul.shape[0] === 1 ? numbers(mul)[0]! : undefined;
}

/** Whether a factor is a power of two: its product is wires. */
export function isPower(factor: number): boolean {
  return factor > 0 && Number.isInteger(Math.log2(factor));
}

/** Factors, where each channel has its own, and offsets above them. */
function memoryOf(op: Op): KernelMemory {
  const all = constants(op);
  const stored = requantizeFactor(op) === undefined ? all : all.slice(1);
  const widths = stored.map((t) => elemInfo(t.elem).widthBits);
  return parameterMemory(op, "parameters", stored, widths);
}
