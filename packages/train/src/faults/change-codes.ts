import { elemForRange, elemInfo } from "@gatefold/core";
import type { Fault } from "@gatefold/fault";
import type { Tape, Tensor } from "../tape.js";

export interface CodeChanges {
  readonly codes: { readonly low: number; readonly high: number };
  /** One scale, or one a channel. */
  readonly scale: Float32Array;
  readonly layer: string;
  /** The fault of each sample. */
  readonly faults: readonly (Fault | undefined)[];
}

/**
 * Values `[N, …, C]` with the codes of some channels of some samples changed as their faults say; no gradient flows where they are.
 * Codes -1 … 1 are taken as bipolar: their one bit is the sign.
 */
export function changeCodes(tape: Tape, x: Tensor, { codes, scale, layer, faults }: CodeChanges): Tensor {
  const samples = x.shape[0]!;
  const channels = x.shape.at(-1)!;
  const size = x.data.length / samples;
  const y = tape.tensor(x.shape, [x]);
  tape.kernels.copy(x.data, y.data);
  const places: { readonly begin: number; readonly channel: number }[] = [];
  for (const [sample, fault] of faults.entries()) {
    if (fault?.site.layer !== layer) continue;
    const change = codeChange(fault, codes);
    for (const channel of channelsOf(fault, channels)) {
      const begin = sample * size;
      const step = scale[channel % scale.length]!;
      places.push({ begin, channel });
      for (let i = begin + channel; i < begin + size; i += channels) {
        y.data[i] = change(Math.round(x.data[i]! / step)) * step;
      }
    }
  }
  tape.record(y, (dy) => {
    const dx = tape.gradOf(x);
    for (const { begin, channel } of places) {
      for (let i = begin + channel; i < begin + size; i += channels) dy[i] = 0;
    }
    tape.kernels.axpy(1, dy, dx);
  });
  return y;
}

function channelsOf({ site }: Fault, channels: number): readonly number[] {
  if (site.kind === "pe") {
    return Array.from({ length: channels / site.lanes }, (_, i) => i * site.lanes + site.pe);
  }
  return "channel" in site ? [site.channel] : [];
}

function codeChange({ site, mode }: Fault, { low, high }: CodeChanges["codes"]): (code: number) => number {
  const bipolar = low === -1 && high === 1;
  if (site.kind === "code-bit" && !bipolar) return bitChange(site.bit, mode, low, high);
  if (mode.kind === "flip") return (code) => low + high - code;
  const value = mode.value === "low" ? low : mode.value === "high" ? high : mode.value;
  const code = site.kind === "code-bit" ? 2 * value - 1 : value;
  return () => Math.min(Math.max(code, low), high);
}

function bitChange(bit: number, mode: Fault["mode"], low: number, high: number): (code: number) => number {
  const { widthBits } = elemInfo(elemForRange(low, high));
  const span = 2 ** widthBits;
  const stuck = mode.kind === "flip" ? undefined : mode.value === "high" || mode.value === 1 ? 1 : 0;
  return (code) => {
    const unsigned = (code + span) % span;
    const is = Math.floor(unsigned / 2 ** bit) % 2;
    const changed = unsigned + ((stuck ?? 1 - is) - is) * 2 ** bit;
    return low < 0 && changed >= span / 2 ? changed - span : changed;
  };
}
