import type { Slot } from "../program.js";

/** Room behind every buffer: vector stores may run over its last row by less than 16 bytes. */
const slackBytes = 64;
/** The first address; below it the module may keep its own data. */
const imageAt = 4096;
/** Activations of a chunk should stay in a core's second-level cache. */
const chunkBytes = 1 << 20;
const mostSamples = 64;

const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Hands out addresses for constants at once, and for the samples' buffers when all of them are known. */
export class MemoryPlan {
  readonly slots: Slot[] = [];
  readonly #constants: { at: number; bytes: Uint8Array }[] = [];
  #end = imageAt;
  readonly #tileBytes: [number, number] = [0, 0];

  /** Copies constant data into the image; returns its address. */
  constant(data: ArrayBufferView): number {
    const at = this.#end;
    this.#constants.push({ at, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    this.#end += align(data.byteLength + slackBytes);
    return at;
  }

  /** A buffer of that many bytes a sample; returns its number. */
  slot(bytesPerSample: number): number {
    return this.slots.push({ bytesPerSample, at: 0 }) - 1;
  }

  tile(which: 0 | 1, bytes: number): void {
    this.#tileBytes[which] = Math.max(this.#tileBytes[which], bytes);
  }

  finish(): {
    chunk: number;
    memoryBytes: number;
    image: Uint8Array;
    imageAt: number;
    tiles: readonly [number, number];
  } {
    const image = new Uint8Array(new SharedArrayBuffer(this.#end - imageAt));
    for (const { at, bytes } of this.#constants) image.set(bytes, at - imageAt);
    const perSample = this.slots.reduce((sum, s) => sum + s.bytesPerSample, 0);
    const chunk = Math.max(1, Math.min(mostSamples, Math.floor(chunkBytes / Math.max(1, perSample))));
    let at = this.#end;
    const place = (bytes: number): number => {
      const here = at;
      at += align(bytes + slackBytes);
      return here;
    };
    for (const slot of this.slots) slot.at = place(slot.bytesPerSample * chunk);
    const tiles = [place(this.#tileBytes[0]), place(this.#tileBytes[1])] as const;
    return { chunk, memoryBytes: at, image, imageAt, tiles };
  }
}
