import { checkNumber, checkWhole } from "../check.js";
import { epochsBehind, type Schedule, type ScheduleAt } from "./schedule.js";

const above = [0, Number.POSITIVE_INFINITY] as const;

function schedule(
  type: string,
  options: Readonly<Record<string, unknown>>,
  factor: (at: ScheduleAt) => number,
): Schedule {
  return Object.freeze({ ...options, type, factor });
}

/** The rate stays. */
export function constant(): Schedule {
  return schedule("constant", {}, () => 1);
}

/** Times `factor` after every `every` epochs. */
export function stepDecay(options: { readonly every: number; readonly factor: number }): Schedule {
  const { every, factor } = options;
  checkWhole("stepDecay.every", every, 1);
  checkNumber("stepDecay.factor", factor, above, "()");
  return schedule("step", { every, factor }, ({ epoch }) => factor ** Math.floor(epoch / every));
}

/** Half after every `every` epochs. */
export function halve({ every }: { readonly every: number }): Schedule {
  return stepDecay({ every, factor: 0.5 });
}

/** Falls evenly in the logarithm, step by step, and reaches `final` at the end of the round: 1e-4 from 3e-3 to 3e-7. */
export function exponential({ final }: { readonly final: number }): Schedule {
  checkNumber("exponential.final", final, above, "()");
  return schedule("exponential", { final }, (at) => final ** (epochsBehind(at) / at.epochs));
}

/** Half a cosine from 1 to `floor` (0 unless given). Source: Loshchilov & Hutter, arXiv:1608.03983, without restarts. */
export function cosine({ floor = 0 }: { readonly floor?: number } = {}): Schedule {
  checkNumber("cosine.floor", floor, [0, 1]);
  return schedule("cosine", { floor }, (at) => {
    const phase = Math.min(1, epochsBehind(at) / at.epochs);
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * phase));
  });
}

/** Rises evenly to the full rate in `epochs` epochs, from the first step's share on; then as `next` says, from its start. */
export function warmUp({
  epochs,
  next = constant(),
}: {
  readonly epochs: number;
  readonly next?: Schedule;
}): Schedule {
  checkWhole("warmUp.epochs", epochs, 1);
  return schedule("warm-up", { epochs, next }, (at) => {
    if (at.epoch < epochs) {
      const steps = Math.max(1, at.steps);
      return (at.epoch * steps + at.step + 1) / (epochs * steps);
    }
    const history = at.history.slice(epochs);
    return next.factor({
      ...at,
      epoch: at.epoch - epochs,
      epochs: Math.max(1, at.epochs - epochs),
      history,
    });
  });
}

export interface PlateauOptions {
  /** Figure of the epochs; `validation.loss` unless given. */
  readonly metric?: string;
  /** Which way is better; `low` unless given. */
  readonly goal?: "low" | "high";
  /** Epochs without a better value that are waited for; 5 unless given. */
  readonly patience?: number;
  /** 0.5 unless given. */
  readonly factor?: number;
  /** No less than this share of the rate; 0 unless given. */
  readonly least?: number;
}

/** Times `factor` whenever `metric` has not become better for `patience` epochs. An epoch without the metric counts as no better. */
export function plateau(options: PlateauOptions = {}): Schedule {
  const { metric = "validation.loss", goal = "low", patience = 5, factor = 0.5, least = 0 } = options;
  checkWhole("plateau.patience", patience, 1);
  checkNumber("plateau.factor", factor, [0, 1], "()");
  checkNumber("plateau.least", least, [0, 1]);
  return schedule("plateau", { metric, goal, patience, factor, least }, ({ history }) => {
    let now = 1;
    let best = Number.POSITIVE_INFINITY;
    let waited = 0;
    for (const { metrics } of history) {
      const value = (metrics[metric] ?? Number.NaN) * (goal === "low" ? 1 : -1);
      if (value < best) {
        best = value;
        waited = 0;
      } else if (++waited >= patience) {
        now = Math.max(least, now * factor);
        waited = 0;
      }
    }
    return now;
  });
}
