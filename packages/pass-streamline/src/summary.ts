import { defineFact, type ElemType, type Fact, type Location } from "@gatefold/core";

/** What streamlining made of one matrix layer or quantizer. */
export interface LayerNote {
  readonly kind: "matmul" | "conv" | "threshold" | "lookup" | "argmax";
  readonly loc: Location;
  /** Multiply–accumulates a frame. */
  readonly macs?: number;
  readonly weightCount?: number;
  readonly weightElem?: ElemType;
  readonly inputElem?: ElemType;
  readonly accumulatorElem?: ElemType;
  /** The accumulator that the element types alone would ask for. */
  readonly worstCaseAccumulatorElem?: ElemType;
  /** Thresholds a channel. */
  readonly thresholdCount?: number;
  /** Thresholds where float32 rounding noise could tip an element to the other code. */
  readonly nearTieCount?: number;
}

export interface StreamlineSummary {
  readonly layers: readonly LayerNote[];
  /** Ops that stay on the host, before and after the device. */
  readonly headOpCount: number;
  readonly tailOpCount: number;
}

export const streamlineSummary: Fact<StreamlineSummary> = defineFact<StreamlineSummary>("streamline.summary");
