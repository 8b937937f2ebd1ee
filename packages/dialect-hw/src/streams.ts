import { InferError, isInt, type StreamType, type ValueType } from "@gatefold/core";

/** The operand as a stream of integers. */
export function streamOperand(operands: readonly ValueType[], index: number): StreamType {
  const type = operands[index];
  if (type?.kind !== "stream" || !isInt(type.elem))
    throw new InferError(`(C1) operand ${index} is not a stream of integers`);
  return type;
}

/** Elements along the innermost axis; 1 for a scalar. */
export function channelsOf(type: ValueType): number {
  return type.shape.at(-1) ?? 1;
}

/** Vectors of a frame: all axes but the innermost. */
export function vectorsOf(type: ValueType): number {
  return type.shape.slice(0, -1).reduce((a, b) => a * b, 1);
}

/** Requires `lanes` to divide the channels and to be what the stream brings. */
export function requireLanes(type: StreamType, lanes: number, axis: string): void {
  if (!(lanes >= 1) || channelsOf(type) % lanes !== 0) {
    throw new InferError(`(C2) ${axis} ${lanes} does not divide ${channelsOf(type)} channels`);
  }
  if (type.lanes !== lanes)
    throw new InferError(`(C3) the stream has ${type.lanes} lanes, not ${axis} ${lanes}`);
}
