/** An epoch as the history keeps it. */
export interface EpochRecord {
  readonly round: number;
  /** From 0, over all rounds. */
  readonly epoch: number;
  /** Learning rate of the epoch's last step. */
  readonly rate: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Where a training stands when a schedule is asked. */
export interface ScheduleAt {
  /** Epoch within the round, from 0, and how many a round has. */
  readonly epoch: number;
  readonly epochs: number;
  /** Step within the epoch, from 0, and how many an epoch has. */
  readonly step: number;
  readonly steps: number;
  readonly round: number;
  /** Epochs of this round that are done. */
  readonly history: readonly EpochRecord[];
}

/**
 * Says by what the optimizer's rate is multiplied. It depends on what it is given alone, so a resumed training goes on as it
 * would have; each round begins anew.
 */
export interface Schedule {
  readonly type: string;
  factor(at: ScheduleAt): number;
}

/** Epochs of the round that are behind, the part of the one under way included. */
export function epochsBehind({ epoch, step, steps }: ScheduleAt): number {
  return epoch + step / Math.max(1, steps);
}
