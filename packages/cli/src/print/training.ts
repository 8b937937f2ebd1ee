import type { EpochRecord, Progress } from "@gatefold/train";
import { grouped } from "./numbers.js";

/** `0:07`, `12:30`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Figures that an epoch's line shows, in this order, where they are. */
const shown: readonly (readonly [metric: string, name: string, print: (value: number) => string])[] = [
  ["loss", "loss", (value) => value.toFixed(4)],
  ["accuracy", "accuracy", percent],
  ["validation.loss", "validation loss", (value) => value.toFixed(4)],
  ["validation.accuracy", "validation accuracy", percent],
  ["sparsity", "sparsity", percent],
  ["bops.hawks", "BOP", (value) => grouped(Math.round(value))],
];

/** Time that is left, by the share of the work that was done in the time since the start. */
export function clockOf(now: () => number): (progress: Progress) => number | undefined {
  const start = now();
  let first: number | undefined;
  return ({ round, rounds, epoch, epochs, step, steps }) => {
    const share = (round * epochs + epoch + step / steps) / (rounds * epochs);
    first ??= share;
    return share > first ? ((now() - start) / (share - first)) * (1 - share) : undefined;
  };
}

const epochOf = ({ round, rounds, epoch, epochs }: Progress): string =>
  `${rounds > 1 ? `round ${round + 1}/${rounds} ` : ""}epoch ${epoch + 1}/${epochs}`;

/** What the spinner says within an epoch. */
export function progressText(progress: Progress, secondsLeft: number | undefined): string {
  const left = secondsLeft === undefined ? "" : ` · ${duration(secondsLeft)} left`;
  return `${epochOf(progress)} · loss ${progress.loss.toFixed(4)}${left}`;
}

/** The line of an epoch that is done. */
export function epochLine(
  { metrics }: EpochRecord,
  progress: Progress | undefined,
  secondsLeft: number | undefined,
): string {
  const figures = shown.flatMap(([metric, name, print]) =>
    metrics[metric] === undefined ? [] : [`${name} ${print(metrics[metric])}`],
  );
  const left = secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`];
  return `  ${[...(progress ? [epochOf(progress)] : []), ...figures, ...left].join(" · ")}`;
}

/** Figures of the model at the end, by name. */
export function finalFigures(metrics: Readonly<Record<string, number>>): readonly string[] {
  const test: typeof shown = [
    ["test.loss", "test loss", (value) => value.toFixed(4)],
    ["test.accuracy", "test accuracy", percent],
  ];
  return [...shown, ...test].flatMap(([metric, name, print]) =>
    metrics[metric] === undefined ? [] : [`${name} ${print(metrics[metric])}`],
  );
}
