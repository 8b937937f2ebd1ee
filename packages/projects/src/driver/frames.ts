import { packBeats, unpackBeats } from "@gatefold/backend-verilog";
import { type StreamType, stream, tensorFrom } from "@gatefold/core";
import type { PortLayout } from "./layout.js";

const typeOf = ({ elem, shape, lanes }: PortLayout): StreamType => stream(elem, shape, lanes);

/** The bytes of whole frames. Throws `RangeError` for another number of elements, or an element that the type does not hold. */
export function packFrames(port: PortLayout, codes: ArrayLike<number>): Uint8Array {
  return packBeats(tensorFrom(port.elem, [codes.length], codes), typeOf(port));
}

/** The codes in the bytes of whole frames, frame by frame. */
export function unpackFrames(port: PortLayout, bytes: Uint8Array): readonly number[] {
  return Array.from(unpackBeats(bytes, typeOf(port)).data, Number);
}
