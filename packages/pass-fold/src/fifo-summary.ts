import { defineFact, type Fact, type Location } from "@gatefold/core";

/** One FIFO as built. */
export interface FifoSummary {
  /** Of the op that reads it. */
  readonly loc: Location;
  readonly depth: number;
  /** The least depth at which the network keeps its interval, all others as they are; absent where nobody looked. */
  readonly leastDepth: number | undefined;
  readonly widthBits: number;
}

export const fifoSummary: Fact<readonly FifoSummary[]> =
  defineFact<readonly FifoSummary[]>("fold.fifo-summary");
