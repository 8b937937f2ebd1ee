/** Zeros where a mask does not keep the element. */
export function applyMask(data: Float32Array, mask: Float32Array | undefined): void {
  if (mask === undefined) return;
  for (let i = 0; i < data.length; i++) if (mask[i] === 0) data[i] = 0;
}
