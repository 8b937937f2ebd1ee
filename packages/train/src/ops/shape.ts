import type { Tape, Tensor } from "../tape.js";
import { checkShape, printShape } from "./check.js";

/** `[N, ...]` → `[N, rest]`, the same elements. */
export function flatten(tape: Tape, x: Tensor): Tensor {
  const batch = x.shape[0] ?? 1;
  return tape.reshape(x, [batch, x.data.length / batch]);
}

/** Joins tensors along the last axis. */
export function concat(tape: Tape, parts: readonly Tensor[]): Tensor {
  const lead = parts[0]?.shape.slice(0, -1) ?? [];
  const fits = parts.every((part) => `${part.shape.slice(0, -1)}` === `${lead}` && part.shape.length > 0);
  checkShape(
    parts.length > 0 && fits,
    "concat",
    `the operands have shapes ${parts.map(printShape).join(", ")}.`,
    "give operands whose shapes differ in the last axis alone",
  );
  const widths = parts.map((part) => part.shape.at(-1)!);
  const width = widths.reduce((total, each) => total + each, 0);
  const y = tape.tensor([...lead, width], parts);
  let start = 0;
  const places = parts.map((part, i) => {
    const from = start;
    start += widths[i]!;
    return { part, from, width: widths[i]! };
  });
  const rows = y.data.length / width;
  for (const place of places) {
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < place.width; c++) y.data[r * width + place.from + c] = place.part.data[i++]!;
    }
  }
  tape.record(y, (dy) => {
    for (const place of places) {
      if (!place.part.needsGrad) continue;
      const dx = tape.gradOf(place.part);
      for (let r = 0, i = 0; r < rows; r++) {
        for (let c = 0; c < place.width; c++) dx[i++]! += dy[r * width + place.from + c]!;
      }
    }
  });
  return y;
}
