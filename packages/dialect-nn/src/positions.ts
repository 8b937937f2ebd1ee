/** A position counted from the front. Throws when it is outside the axis. */
export function frontPosition(position: number, size: number): number {
  if (position < -size || position >= size)
    throw new RangeError(`position ${position} is outside an axis of ${size} elements`);
  return position < 0 ? position + size : position;
}
