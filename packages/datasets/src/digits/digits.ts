import type { DatasetArray } from "../array.js";
import { DatasetError } from "../error.js";
import { type Random, random } from "../random.js";
import { type Glyph, glyphs } from "./glyphs.js";
import { flatten, ink, type Segments } from "./pen.js";

export interface DigitsOptions {
  /** Integer from 0. Image i depends on `seed`, i and `size` alone, so a longer set begins with the shorter one. */
  readonly seed: number;
  readonly count: number;
  /** Height and width in pixels, from 8 to 64. Default 16. */
  readonly size?: number;
}

/** A DatasetArray of bytes. */
export interface ByteArray extends DatasetArray {
  readonly dtype: "uint8";
  readonly data: Uint8Array;
}

export interface Digits {
  /** uint8 `[count, size, size]`: 0 is paper, 255 is ink. */
  readonly images: ByteArray;
  /** uint8 `[count]`: 0 to 9. */
  readonly labels: ByteArray;
}

/** How far the hand strays; lengths are parts of the image's side, so all sizes are equally hard. */
const HAND = {
  heightLow: 0.6,
  heightHigh: 0.88,
  aspectLow: 0.62,
  aspectHigh: 1.05,
  shift: 0.05,
  rotation: 0.11,
  shear: 0.14,
  wobble: 0.022,
  widthLow: 0.055,
  widthHigh: 0.13,
  blurLow: 0.06,
  blurHigh: 0.13,
  inkLow: 0.6,
  noiseHigh: 0.1,
  distractorChance: 0.3,
} as const;

/** The glyph's strokes after a random affine map and a wobble of each point, in pixels. */
function place(glyph: Glyph, size: number, rng: Random): Segments {
  const height = size * rng.between(HAND.heightLow, HAND.heightHigh);
  const width = height * rng.between(HAND.aspectLow, HAND.aspectHigh);
  const turn = HAND.rotation * rng.normal();
  const shear = HAND.shear * rng.normal();
  // (1 - t²) / (1 + t²) and 2t / (1 + t²) are an exact cosine and sine, of the angle 2·atan(t).
  const half = turn / 2;
  const cosine = (1 - half * half) / (1 + half * half);
  const sine = (2 * half) / (1 + half * half);
  const centreX = size * (0.5 + HAND.shift * rng.normal());
  const centreY = size * (0.5 + HAND.shift * rng.normal());
  const segments: Segments = [];
  for (const stroke of glyph) {
    const points: number[] = [];
    for (let i = 0; i < stroke.points.length; i += 2) {
      const v = (stroke.points[i + 1]! - 0.5 + HAND.wobble * rng.normal()) * height;
      const u = (stroke.points[i]! - 0.5 + HAND.wobble * rng.normal()) * width - shear * v;
      points.push(centreX + cosine * u - sine * v, centreY + sine * u + cosine * v);
    }
    flatten(stroke, points, segments);
  }
  return segments;
}

/** A short stray stroke, or a dot, near the border. */
function distract(image: Float64Array, size: number, rng: Random): void {
  const side = rng.below(4);
  const along = size * rng.uniform();
  const depth = size * rng.between(0, 0.14);
  const x = side === 0 ? depth : side === 1 ? size - depth : along;
  const y = side === 2 ? depth : side === 3 ? size - depth : along;
  const reach = size * 0.11;
  const stray: Segments = [x, y, x + reach * rng.normal(), y + reach * rng.normal()];
  ink(image, size, stray, size * HAND.widthLow, size * HAND.blurLow, rng.between(0.3, 0.9));
}

/** Noise of one pixel: four bytes of one draw, summed and centred; variance about 1. */
function speck(rng: Random): number {
  const bits = rng.uint32();
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}

function draw(out: Uint8Array, size: number, rng: Random): number {
  const label = rng.below(10);
  const variants = glyphs[label]!;
  const glyph = variants[rng.below(variants.length)]!;
  const image = new Float64Array(size * size);
  const segments = place(glyph, size, rng);
  const width = size * rng.between(HAND.widthLow, HAND.widthHigh);
  const blur = size * rng.between(HAND.blurLow, HAND.blurHigh);
  ink(image, size, segments, width, blur, rng.between(HAND.inkLow, 1));
  if (rng.uniform() < HAND.distractorChance) distract(image, size, rng);
  const noise = HAND.noiseHigh * rng.uniform();
  for (let i = 0; i < out.length; i++) {
    const value = Math.min(1, Math.max(0, image[i]! + noise * speck(rng)));
    out[i] = Math.floor(value * 255 + 0.5);
  }
  return label;
}

/**
 * Draws a labelled set of digits: several ways to write each, turned, sheared, scaled, shifted, of varying pen and ink,
 * with noise and stray strokes. No data of others is in it, and the same options give the same bytes on every machine.
 *
 * @throws DatasetError `bad-argument` for a seed, count or size outside its range.
 */
export function digits(options: DigitsOptions): Digits {
  const { seed, count, size = 16 } = options;
  if (!Number.isSafeInteger(count) || count < 0 || count > 1_000_000) {
    throw new DatasetError(
      "datasets/bad-argument",
      `The count is ${count}.`,
      "give an integer from 0 to 1000000",
    );
  }
  if (!Number.isSafeInteger(size) || size < 8 || size > 64) {
    throw new DatasetError("datasets/bad-argument", `The size is ${size}.`, "give an integer from 8 to 64");
  }
  const pixels = size * size;
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  const base = random(seed);
  for (let i = 0; i < count; i++) {
    labels[i] = draw(images.subarray(i * pixels, (i + 1) * pixels), size, base.stream(i));
  }
  return {
    images: { dtype: "uint8", shape: [count, size, size], data: images },
    labels: { dtype: "uint8", shape: [count], data: labels },
  };
}
