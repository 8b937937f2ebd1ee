/** Where a training stands between two steps; with the model's and the optimizer's values, all there is to go on from. */
export interface Position {
  round: number;
  /** Within the round, from 0. */
  epochOfRound: number;
  /** Over all rounds, from 0. */
  epoch: number;
  /** Optimizer steps, over all rounds. */
  step: number;
  /** Batches of this epoch that are done. */
  batch: number;
  /** Sums over the samples of this epoch that are done. */
  seen: number;
  lossSum: number;
  totalSum: number;
  correct: number;
  /** Figures of the model as it is after the last epoch or round. */
  metrics: Readonly<Record<string, number>>;
  /** Why this round ends after this epoch. */
  stopReason: string | null;
}

export function startPosition(): Position {
  return {
    round: 0,
    epochOfRound: 0,
    epoch: 0,
    step: 0,
    batch: 0,
    seen: 0,
    lossSum: 0,
    totalSum: 0,
    correct: 0,
    metrics: {},
    stopReason: null,
  };
}

/** Moves to the start of the next epoch, and with `roundEnds` of the next round. */
export function nextEpoch(position: Position, roundEnds: boolean): void {
  const { round, epochOfRound, epoch, step, metrics } = position;
  Object.assign(position, startPosition(), {
    round: roundEnds ? round + 1 : round,
    epochOfRound: roundEnds ? 0 : epochOfRound + 1,
    epoch: epoch + 1,
    step,
    metrics,
  });
}
