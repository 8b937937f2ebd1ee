import { TrainError } from "../error.js";
import type { Tensor } from "../tape.js";

/** Throws `train/bad-shape` unless the condition holds. */
export function checkShape(holds: boolean, op: string, reason: string, hint: string): void {
  if (!holds) throw new TrainError("train/bad-shape", `\`${op}\`: ${reason}`, hint);
}

export function printShape(x: Tensor): string {
  return `[${x.shape.join(", ")}]`;
}

export function checkSameShape(op: string, a: Tensor, b: Tensor): void {
  const same = a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
  checkShape(
    same,
    op,
    `the operands have shapes ${printShape(a)} and ${printShape(b)}.`,
    "give operands of the same shape",
  );
}

/** The last axis: channels or features. */
export function channelsOf(op: string, x: Tensor): number {
  const channels = x.shape.at(-1);
  if (channels !== undefined) return channels;
  throw new TrainError("train/bad-shape", `\`${op}\`: the operand has no axes.`, "give a batch of rows");
}

export function checkVector(op: string, what: string, x: Tensor, length: number): void {
  checkShape(
    x.data.length === length,
    op,
    `${what} has ${x.data.length} elements, and there are ${length} channels.`,
    "give one element a channel",
  );
}
