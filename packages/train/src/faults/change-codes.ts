import {
  type CodeFunction,
  type Codes,
  channelsAt,
  type Fault,
  faultyBit,
  faultyCode,
} from "@gatefold/fault";
import type { MatrixInfo } from "../layer.js";
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
  const channels = x.shape.at(-1)!;
  const size = x.data.length / x.shape[0]!;
  const changes = faults.flatMap((fault, sample): readonly Change[] => {
    if (fault?.site.layer !== layer) return [];
    const change = codeChange(fault, codes);
    return channelsAt(fault.site, channels).flatMap((channel) =>
      Array.from({ length: size / channels }, (_, pixel) => {
        const place = pixel * channels + channel;
        return { at: sample * size + place, place, step: scale[channel % scale.length]!, change };
      }),
    );
  });
  return changed(tape, x, changes);
}

export interface WeightChange {
  readonly codes: Codes;
  readonly scale: Float32Array;
  readonly matrix: Pick<MatrixInfo, "at" | "columns">;
  readonly fault: Fault;
}

/** Weights, output channels last, with one bit of one of them changed; no gradient flows there. */
export function changeWeight(tape: Tape, w: Tensor, { codes, scale, matrix, fault }: WeightChange): Tensor {
  const { site, mode } = fault;
  if (site.kind !== "weight-bit") return w;
  const at = matrix.at(site.row, site.column);
  const place = site.row * matrix.columns + site.column;
  const step = scale[(at % w.shape.at(-1)!) % scale.length]!;
  return changed(tape, w, [{ at, place, step, change: faultyBit(codes, site.bit, mode) }]);
}

interface Change {
  /** Element of the tensor, and the same counted within the frame or matrix that the fault is about. */
  readonly at: number;
  readonly place: number;
  readonly step: number;
  readonly change: CodeFunction;
}

function changed(tape: Tape, x: Tensor, changes: readonly Change[]): Tensor {
  const y = tape.tensor(x.shape, [x]);
  tape.kernels.copy(x.data, y.data);
  for (const { at, place, step, change } of changes) {
    y.data[at] = change(Math.round(x.data[at]! / step), place) * step;
  }
  tape.record(y, (dy) => {
    for (const { at } of changes) dy[at] = 0;
    tape.kernels.axpy(1, dy, tape.gradOf(x));
  });
  return y;
}

const codeChange = ({ site, mode }: Fault, codes: Codes): CodeFunction =>
  site.kind === "code-bit" ? faultyBit(codes, site.bit, mode) : faultyCode(codes, mode);
