import { beatBits, beatCount, elemInfo, type StreamType, type Tensor, tensorFrom } from "@gatefold/core";

/** TDATA bytes of one beat: the beat's bits, padded with zeros to whole bytes as AXI4-Stream asks. */
export function beatBytes(type: StreamType): number {
  return Math.ceil(beatBits(type) / 8);
}

/** An integer modulo 2^widthBits: its two's complement. */
function storedBits(value: number, widthBits: number): number {
  return value < 0 ? value + 2 ** widthBits : value;
}

/**
 * A tensor as the bytes of its stream: elements in row-major order, channels innermost, `lanes` a beat; lane 0 in the
 * low bits; −1/+1 as 0/1, other integers in two's complement; each beat padded to whole bytes, little-endian.
 * `beatCount · beatBytes` bytes for each frame; a tensor may hold several.
 */
export function packBeats(value: Tensor, type: StreamType): Uint8Array {
  const widthBits = elemInfo(type.elem).widthBits;
  const bytes = beatBytes(type);
  const data = value.data;
  if (data.length % (type.lanes * beatCount(type)) !== 0) {
    throw new RangeError(
      `${data.length} elements are no whole frames of ${beatCount(type)} beats of ${type.lanes}`,
    );
  }
  const out = new Uint8Array((data.length / type.lanes) * bytes);
  for (let i = 0; i < data.length; i++) {
    const start = Math.floor(i / type.lanes) * bytes * 8 + (i % type.lanes) * widthBits;
    const raw = data[i]!;
    let field = storedBits(type.elem === "bipolar" ? Number(Number(raw) > 0) : Number(raw), widthBits);
    for (let bit = start; field > 0; ) {
      const room = 8 - (bit % 8);
      out[bit >> 3]! |= (field % 2 ** room) << (bit % 8);
      field = Math.floor(field / 2 ** room);
      bit += room;
    }
  }
  return out;
}

/** The tensor `[frames, …shape without batch]` that `packBeats` made the bytes from. */
export function unpackBeats(bytes: Uint8Array, type: StreamType): Tensor {
  const { widthBits, signed } = elemInfo(type.elem);
  const size = beatBytes(type);
  const count = (bytes.length / size) * type.lanes;
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let at = Math.floor(i / type.lanes) * size * 8 + (i % type.lanes) * widthBits;
    let value = 0;
    for (let done = 0; done < widthBits; ) {
      const take = Math.min(8 - (at % 8), widthBits - done);
      value += ((bytes[at >> 3]! >> (at % 8)) & ((1 << take) - 1)) * 2 ** done;
      done += take;
      at += take;
    }
    if (type.elem === "bipolar") values[i] = value === 1 ? 1 : -1;
    else values[i] = signed && value >= 2 ** (widthBits - 1) ? value - 2 ** widthBits : value;
  }
  const perFrame = beatCount(type) * type.lanes;
  return tensorFrom(type.elem, [count / perFrame, perFrame], values);
}

/** Beats of packed bytes as words, for memory files. */
export function* beatWords(bytes: Uint8Array, size: number): IterableIterator<bigint> {
  for (let at = 0; at < bytes.length; at += size) {
    let word = 0n;
    for (let i = size - 1; i >= 0; i--) word = (word << 8n) | BigInt(bytes[at + i]!);
    yield word;
  }
}
