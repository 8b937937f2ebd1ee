/** The token times that the header of `gf_window.v` states, as an algorithm. */

/** Parameters of the sliding windows, with the names of their Verilog parameters in camel case. */
export interface WindowParameters {
  readonly h: number;
  readonly w: number;
  readonly c: number;
  readonly lanes: number;
  readonly kh: number;
  readonly kw: number;
  readonly sh?: number;
  readonly sw?: number;
  readonly dh?: number;
  readonly dw?: number;
  /** Buffer beats beyond the span of a window; default: what reaches full rate. */
  readonly extra?: number;
}

/** Sizes in pixels and beats; `kept…` are those of the rows and columns that some window may read. */
export interface WindowGeometry {
  readonly folds: number;
  readonly spanH: number;
  readonly spanW: number;
  readonly outH: number;
  readonly outW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly keptStrideH: number;
  readonly keptStrideW: number;
  readonly keptH: number;
  readonly keptW: number;
  readonly inBeats: number;
  readonly outBeats: number;
  readonly windowBeats: number;
  readonly spanBeats: number;
  readonly depthBeats: number;
}

export function windowGeometry(p: WindowParameters): WindowGeometry {
  const { h, w, c, lanes, kh, kw, sh = 1, sw = 1, dh = 1, dw = 1 } = p;
  const folds = c / lanes;
  const [spanH, spanW] = [dh * (kh - 1) + 1, dw * (kw - 1) + 1];
  const [outH, outW] = [Math.floor((h - spanH) / sh) + 1, Math.floor((w - spanW) / sw) + 1];
  const [keptStrideH, keptStrideW] = [Math.min(sh, spanH), Math.min(sw, spanW)];
  const [keptH, keptW] = [(outH - 1) * keptStrideH + spanH, (outW - 1) * keptStrideW + spanW];
  const line = keptW * folds;
  const one = kh * kw * folds;
  const spanBeats = (spanH - 1) * line + spanW * folds;
  const drop = Math.max(outH > 1 ? sh - spanH : 0, h - (outH - 1) * sh - spanH, 0);
  const dropped = Math.min(one, Math.max(spanH - 1, 1) * (w - keptW) * folds);
  const base = Math.max(spanBeats, 2 * (spanH - 1) * line + 2 * spanW * folds - one + dropped) + 1;
  const starves = drop > 0 && (spanH === 1 || outW * one < (drop + spanH) * w * folds);
  const full = kh * kw === 1 ? folds + 1 : base + (starves ? keptStrideH * line + one : 0);
  return {
    folds,
    spanH,
    spanW,
    outH,
    outW,
    strideH: sh,
    strideW: sw,
    keptStrideH,
    keptStrideW,
    keptH,
    keptW,
    inBeats: h * w * folds,
    outBeats: outH * outW * one,
    windowBeats: one,
    spanBeats,
    depthBeats: p.extra === undefined ? full : spanBeats + p.extra,
  };
}

/** For each input beat of a frame its number among the kept ones, or -1. */
export function keptNumbers(p: WindowParameters, g: WindowGeometry): readonly number[] {
  const keepsRow = (r: number) => r < (g.outH - 1) * g.strideH + g.spanH && r % g.strideH < g.spanH;
  const keepsColumn = (x: number) => x < (g.outW - 1) * g.strideW + g.spanW && x % g.strideW < g.spanW;
  let next = 0;
  return Array.from({ length: g.inBeats }, (_, k) => {
    const pixel = Math.floor(k / g.folds);
    return keepsRow(Math.floor(pixel / p.w)) && keepsColumn(pixel % p.w) ? next++ : -1;
  });
}

/** For each output beat of a frame the number of the kept beat that it repeats. */
export function readNumbers(p: WindowParameters, g: WindowGeometry): readonly number[] {
  const { kh, kw, dh = 1, dw = 1 } = p;
  const numbers: number[] = [];
  for (let oh = 0; oh < g.outH; oh++)
    for (let ow = 0; ow < g.outW; ow++)
      for (let y = 0; y < kh; y++)
        for (let x = 0; x < kw; x++)
          for (let fold = 0; fold < g.folds; fold++) {
            const [row, column] = [oh * g.keptStrideH + y * dh, ow * g.keptStrideW + x * dw];
            numbers.push((row * g.keptW + column) * g.folds + fold);
          }
  return numbers;
}

/** For each window of a frame the number of kept beats that are free after it. */
function freedNumbers(g: WindowGeometry): readonly number[] {
  const { outH, outW, keptStrideH, keptStrideW, keptH, keptW, folds } = g;
  return Array.from({ length: outH * outW }, (_, window) => {
    const next = window + 1;
    if (next === outH * outW) return keptH * keptW * folds;
    return (Math.floor(next / outW) * keptStrideH * keptW + (next % outW) * keptStrideW) * folds;
  });
}

/**
 * Cycles in which input beats enter and output beats leave `gf_window`, from the first beat on, while the source always
 * offers and the sink is always ready: the recurrence of its header. Throws when the buffer is too small to go on.
 */
export function windowTimes(
  p: WindowParameters,
  frames: number,
): { readonly enter: readonly number[]; readonly leave: readonly number[] } {
  const g = windowGeometry(p);
  const kept = keptNumbers(p, g);
  const reads = readNumbers(p, g);
  const freed = freedNumbers(g);
  const keptBeats = g.keptH * g.keptW * g.folds;
  const enter: number[] = [];
  const leave: number[] = [];
  const written: number[] = []; // enter of kept beats
  let [windows, free, freeCycle] = [0, 0, 0]; // windows looked at, kept beats they freed, and since when
  while (leave.length < g.outBeats * frames) {
    const before = enter.length + leave.length;
    while (enter.length < g.inBeats * frames) {
      const number = kept[enter.length % g.inBeats]!;
      let cycle = enter.length === 0 ? 0 : enter.at(-1)! + 1;
      if (number >= 0) {
        const slotFreedBy = written.length - g.depthBeats;
        while (free <= slotFreedBy && (windows + 1) * g.windowBeats <= leave.length) {
          free = Math.floor(windows / freed.length) * keptBeats + freed[windows % freed.length]!;
          freeCycle = leave[(windows + 1) * g.windowBeats - 1]! - 1;
          windows++;
        }
        if (free <= slotFreedBy) break;
        if (slotFreedBy >= 0) cycle = Math.max(cycle, freeCycle);
        written.push(cycle);
      }
      enter.push(cycle);
    }
    while (leave.length < g.outBeats * frames) {
      const n = leave.length;
      const element = Math.floor(n / g.outBeats) * keptBeats + reads[n % g.outBeats]!;
      if (element >= written.length) break;
      leave.push(Math.max(n === 0 ? 0 : leave[n - 1]! + 1, written[element]! + 3));
    }
    if (enter.length + leave.length === before)
      throw new Error(`a buffer of ${g.depthBeats} beats is too small`);
  }
  return { enter, leave };
}
