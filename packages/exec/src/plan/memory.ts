import type { Slot } from "../program.js";

/** The steps from the first that writes a slot to the last that reads it. */
export interface Lifetime {
  readonly from: number;
  readonly to: number;
}

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
  readonly #tileBytes: [number, number, number, number] = [0, 0, 0, 0];

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

  tile(which: 0 | 1 | 2 | 3, bytes: number): void {
    this.#tileBytes[which] = Math.max(this.#tileBytes[which], bytes);
  }

  /** Places everything; slots whose lifetimes do not meet share addresses. */
  finish(lifetimes: readonly Lifetime[]): {
    chunk: number;
    memoryBytes: number;
    image: Uint8Array;
    imageAt: number;
    tiles: readonly [number, number, number, number];
  } {
    const image = new Uint8Array(new SharedArrayBuffer(this.#end - imageAt));
    for (const { at, bytes } of this.#constants) image.set(bytes, at - imageAt);
    const perSample = this.#arrange(lifetimes, 1);
    const chunk = Math.max(1, Math.min(mostSamples, Math.floor(chunkBytes / Math.max(1, perSample))));
    let at = this.#end + this.#arrange(lifetimes, chunk);
    for (const slot of this.slots) slot.at += this.#end;
    const tiles = this.#tileBytes.map((bytes) => {
      const here = at;
      at += align(bytes + slackBytes);
      return here;
    }) as [number, number, number, number];
    return { chunk, memoryBytes: at, image, imageAt, tiles };
  }

  /** Gives each slot the lowest place that no living slot takes, from 0 on; returns the bytes of all together. */
  #arrange(lifetimes: readonly Lifetime[], chunk: number): number {
    const taken: { at: number; end: number; life: Lifetime }[] = [];
    let total = 0;
    this.slots.forEach((slot, i) => {
      const life = lifetimes[i]!;
      const bytes = align(slot.bytesPerSample * chunk + slackBytes);
      let at = 0;
      for (const other of taken) {
        if (other.life.from > life.to || other.life.to < life.from) continue;
        if (at + bytes > other.at && at < other.end) at = other.end;
      }
      slot.at = at;
      taken.push({ at, end: at + bytes, life });
      taken.sort((a, b) => a.at - b.at);
      total = Math.max(total, at + bytes);
    });
    return total;
  }
}
