import { TrainError } from "../error.js";

/** Every array starts at a multiple of this. */
const alignmentBytes = 64;

/**
 * Hands out the memory of an engine: what lives long grows from the bottom, what lives for a step from the top down. Giving the
 * step's memory back is setting one number.
 */
export class Arena {
  #bottom: number;
  #top: number;

  /** `fromByte` is the first byte that may be handed out. */
  constructor(
    readonly buffer: ArrayBufferLike,
    fromByte = 0,
  ) {
    this.#bottom = align(fromByte);
    this.#top = this.#end;
  }

  get #end(): number {
    return Math.floor(this.buffer.byteLength / alignmentBytes) * alignmentBytes;
  }

  alloc(length: number): Float32Array {
    const start = this.#bottom;
    const end = start + align(checkLength(length) * 4);
    if (end > this.#top) throw this.#full(length);
    this.#bottom = end;
    return this.#view(start, length).fill(0);
  }

  scratch(length: number): Float32Array {
    const start = this.#top - align(checkLength(length) * 4);
    if (start < this.#bottom) throw this.#full(length);
    this.#top = start;
    return this.#view(start, length);
  }

  release(): void {
    this.#top = this.#end;
  }

  /** Runs `use` with `length` floats that are free again when it returns. */
  lend(length: number, use: (array: Float32Array) => void): void {
    const top = this.#top;
    const array = this.scratch(length);
    try {
      use(array);
    } finally {
      this.#top = top;
    }
  }

  #view(start: number, length: number): Float32Array {
    return new Float32Array(this.buffer as ArrayBuffer, start, length);
  }

  #full(length: number): TrainError {
    const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
    const free = this.#top - this.#bottom;
    return new TrainError(
      "train/out-of-memory",
      `An array of ${length} floats (${megabytes(length * 4)} MB) does not fit: ${megabytes(free)} of ${megabytes(this.buffer.byteLength)} MB are free.`,
      "take a smaller batch, or give the engine a larger `memoryMegabytes`",
    );
  }
}

/** The memory's size in bytes; 16 MB to `most`. */
export function memoryBytes(megabytes: number, most: number): number {
  if (Number.isInteger(megabytes) && megabytes >= 16 && megabytes <= most) return megabytes * 2 ** 20;
  throw new TrainError(
    "train/bad-option",
    `\`memoryMegabytes\` is ${megabytes}.`,
    `give an integer from 16 to ${most}`,
  );
}

function align(bytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes;
}

function checkLength(length: number): number {
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new TrainError(
    "train/bad-shape",
    `An array of ${length} elements was asked for.`,
    "give shapes of whole, positive sizes",
  );
}
