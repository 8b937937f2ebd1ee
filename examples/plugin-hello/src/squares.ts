import { type ElemType, type IntegerRange, numbers, type Tensor, tensorFrom } from "@gatefold/core";

/** Squares of integer codes; `elem` has to hold them. */
export function squares(x: Tensor, elem: ElemType): Tensor {
  return tensorFrom(
    elem,
    x.shape,
    Float64Array.from(numbers(x), (v) => v * v),
  );
}

/** The range of `x²`: from 0 when `x` can change its sign. */
export function squareRange({ lo, hi }: IntegerRange): IntegerRange {
  const [a, b] = [lo * lo, hi * hi];
  return { lo: lo < 0 && hi > 0 ? 0 : Math.min(a, b), hi: Math.max(a, b) };
}
