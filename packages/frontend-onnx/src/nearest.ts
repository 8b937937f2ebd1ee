import type { HandlerTable, OnnxHandler } from "./handler.js";

/** What to use instead of operators that have no circuit but a well-known replacement. */
const relatives: Readonly<Record<string, string>> = {
  GRU: "unroll it over its time steps into Gemm, Sigmoid and Tanh",
  LSTM: "unroll it over its time steps into Gemm, Sigmoid and Tanh",
  RNN: "unroll it over its time steps into Gemm and Tanh",
  Einsum: "write it as Transpose and MatMul",
  Attention: "write it as MatMul, Softmax and MatMul",
  DynamicQuantizeLinear: "calibrate the network, so that QuantizeLinear has constant scales",
  InstanceNormalization: "train with BatchNormalization",
  GroupNormalization: "train with BatchNormalization",
};

/** Insertions, deletions and replacements between two words (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The word of `names` that is nearest to `name`, if one is near: a third of its letters may differ. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of names) {
    const distance = editDistance(name.toLowerCase(), word.toLowerCase());
    if (distance <= name.length / 3 && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { word, distance };
    }
  }
  return best?.word;
}

const rangeText = (h: OnnxHandler): string =>
  h.until === undefined ? `from version ${h.since ?? 1}` : `in versions ${h.since ?? 1} to ${h.until}`;

/** Why an operator has no handler, and the nearest that has one. */
export function explainUnknown(
  table: HandlerTable,
  op: string,
  domain: string,
): { readonly reason: string; readonly nearest?: string } {
  const named = table.named(op);
  const sameDomain = named.filter((h) => h.domains.includes(domain));
  if (sameDomain.length > 0) {
    return {
      reason: `is read ${sameDomain.map(rangeText).join(" and ")}`,
      nearest: "convert the model's opset",
    };
  }
  const reason = "is not read";
  const [other] = named;
  if (other) return { reason, nearest: `\`${op}\` is read in domain \`${other.domains[0] || "ai.onnx"}\`` };
  const relative = domain === "" ? relatives[op] : undefined;
  if (relative) return { reason, nearest: relative };
  const near = nearestName(op, table.ops);
  return near === undefined ? { reason } : { reason, nearest: `the nearest that is read is \`${near}\`` };
}
