import type { Stroke } from "./glyphs.js";

/** Straight pieces `x0, y0, x1, y1` one after another, in pixels. */
export type Segments = number[];

const STEPS_PER_PIECE = 4;

/**
 * Adds a stroke's straight pieces. Curves are Catmull–Rom splines through the points: polynomials, so the bits are the
 * same wherever they are computed, which no library's sine promises.
 */
export function flatten(stroke: Stroke, points: readonly number[], into: Segments): void {
  const count = points.length / 2;
  const x = (i: number): number => points[2 * i]!;
  const y = (i: number): number => points[2 * i + 1]!;
  if (stroke.kind === "line") {
    for (let i = 0; i + 1 < count; i++) into.push(x(i), y(i), x(i + 1), y(i + 1));
    return;
  }
  const closed = stroke.kind === "loop";
  const at = (i: number): number => (closed ? (i + count) % count : Math.min(Math.max(i, 0), count - 1));
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)] as [number, number, number, number];
    let fromX = x(b);
    let fromY = y(b);
    for (let step = 1; step <= STEPS_PER_PIECE; step++) {
      const t = step / STEPS_PER_PIECE;
      const toX = spline(x(a), x(b), x(c), x(d), t);
      const toY = spline(y(a), y(b), y(c), y(d), t);
      into.push(fromX, fromY, toX, toY);
      fromX = toX;
      fromY = toY;
    }
  }
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  const cubic = 3 * (b - c) + d - a;
  const square = 2 * a - 5 * b + 4 * c - d;
  return b + 0.5 * t * (c - a + t * (square + t * cubic));
}

/**
 * Inks the pieces into `image` (`size × size`, row by row, 0 to 1 and the brighter value stays). A pixel is full where
 * its centre is nearer than `width / 2` less half the blur, and empty beyond that plus half the blur; all in pixels.
 */
export function ink(
  image: Float64Array,
  size: number,
  segments: Segments,
  width: number,
  blur: number,
  level: number,
): void {
  const outer = (width + blur) / 2;
  for (let s = 0; s < segments.length; s += 4) {
    const x0 = segments[s]!;
    const y0 = segments[s + 1]!;
    const dx = segments[s + 2]! - x0;
    const dy = segments[s + 3]! - y0;
    const lengthSquared = dx * dx + dy * dy;
    const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - outer));
    const right = Math.min(size - 1, Math.ceil(Math.max(x0, x0 + dx) + outer));
    const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - outer));
    const bottom = Math.min(size - 1, Math.ceil(Math.max(y0, y0 + dy) + outer));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const px = column + 0.5 - x0;
        const py = row + 0.5 - y0;
        const along = lengthSquared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared)) : 0;
        const ex = px - along * dx;
        const ey = py - along * dy;
        const cover = Math.min(1, Math.max(0, (outer - Math.sqrt(ex * ex + ey * ey)) / blur)) * level;
        const at = row * size + column;
        if (cover > image[at]!) image[at] = cover;
      }
    }
  }
}
