import { InferError, type Op, type StreamType, type ValueType } from "@gatefold/core";
import { streamOperand } from "./streams.js";

/** Sizes of a stream of images `<1 x H x W x C>`. */
export interface ImageGeometry {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly lanes: number;
  /** Beats of one pixel, C / lanes. */
  readonly channelFolds: number;
}

/** Operand `index` as a stream of images. Throws when it is not one, or when the lanes do not divide the channels. */
export function imageOperand(
  operands: readonly ValueType[],
  index = 0,
): ImageGeometry & { readonly type: StreamType } {
  const type = streamOperand(operands, index);
  const [frames, height, width, channels] = type.shape;
  if (type.shape.length !== 4 || frames !== 1)
    throw new InferError(`(C1) a stream of shape [${type.shape}] is not 1 x H x W x C`);
  if (channels! % type.lanes !== 0)
    throw new InferError(`(C2) ${type.lanes} lanes do not divide ${channels} channels`);
  return {
    type,
    height: height!,
    width: width!,
    channels: channels!,
    lanes: type.lanes,
    channelFolds: channels! / type.lanes,
  };
}

export function imageOf(op: Op, index = 0): ImageGeometry {
  return imageOperand(
    op.operands.map((v) => v.type),
    index,
  );
}
