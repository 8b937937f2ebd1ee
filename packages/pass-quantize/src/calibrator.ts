import type { Observed } from "./histogram.js";

/** The codes that a range is to be laid on; 0 is among them and stands for 0. */
export interface CodeSpan {
  readonly low: number;
  readonly high: number;
}

/** Reals that are kept; what lies outside is clipped. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

/**
 * Chooses which part of the values that a place of the network has seen the codes are to cover. The interface for third
 * parties: an object with a name and one method, handed to `quantize({ calibrator })`.
 *
 * The scale is the least with which the codes cover the range: a range narrower than what was seen clips, and gives finer steps.
 */
export interface Calibrator {
  /** Shown in reports. */
  readonly name: string;
  /** `codes` are what it will be rounded to: signed where a value below 0 was seen (and for weights), else from 0. */
  range(observed: Observed, codes: CodeSpan): Range;
}
