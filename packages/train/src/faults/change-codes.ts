import {
  type CodeFunction,
  type Codes,
  channelsAt,
  type Fault,
  faultyBit,
  faultyCode,
} from "@gatefold/fault";
import type { Tape, Tensor } from "../tape.js";

export interface CodeChanges {
  readonly codes: Codes;
  /** One scale, or one a channel. */
  readonly scale: Float32Array;
  readonly layer: string;
  /** The fault of each sample. */
  readonly faults: readonly (Fault | undefined)[];
}

/** Values `[N, …, C]` with the codes of some channels of some samples changed as their faults say; no gradient flows where they are. */
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
    for (const channel of channelsAt(fault.site, channels)) {
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

const codeChange = ({ site, mode }: Fault, codes: Codes): CodeFunction =>
  site.kind === "code-bit" ? faultyBit(codes, site.bit, mode) : faultyCode(codes, mode);
