import type { Random } from "@gatefold/datasets";
import { codesBetween, type Fault, type FaultFamily, type FaultManifest, faultsOf } from "@gatefold/fault";
import { TrainError } from "../error.js";
import type { TrainPlugin } from "../hooks.js";
import { changeCodes, changeWeight } from "./change-codes.js";
import { faultSites } from "./sites.js";

export interface FaultAwareOptions {
  /**
   * What is drawn from: a family with equal weight for each, then one of its faults. Sites are `channel`, `pe` and `code-bit`, whose
   * layers are the model's activations, and `weight-bit`, whose layers are those with quantized weights. Train on the shape that the
   * circuit will have: PE-shaped faults for folded layers.
   */
  readonly families: readonly FaultFamily[];
  /**
   * `per-sample`: each sample has a fault of its own. `per-batch`: one for all samples of a batch, which batch normalization hides
   * from the network, since a stuck channel only moves the mean that it subtracts. The samples of a batch share their weights, so
   * that faults of weights are drawn a batch.
   */
  readonly when: "per-sample" | "per-batch";
  /** Chance of a fault, for each sample or batch. Default: 1. */
  readonly probability?: number;
  /** Moments of batch normalization in steps with faults. Default: `"batch"`. */
  readonly moments?: "batch" | "running";
  /** Epochs before the first fault. Default: 0. */
  readonly beginEpoch?: number;
}

/** Fault-aware training, and what it drew from. */
export interface FaultAware extends TrainPlugin {
  /** All faults that may be drawn, once training has begun. */
  manifest(): FaultManifest;
}

/**
 * Faults in the forward run while training: a faulty channel's codes become what the fault makes of them, and no gradient flows
 * there. The network learns not to depend on any one.
 *
 * Source: Zahid et al., "FAT: Training Neural Networks for Reliable Inference Under Hardware Faults", ITC 2020, arXiv:2011.05873;
 * one fault a sample is this project's.
 */
export function faultAware(options: FaultAwareOptions): FaultAware {
  const { when, probability = 1, moments = "batch", beginEpoch = 0 } = options;
  if (!(probability >= 0 && probability <= 1)) {
    throw new TrainError(
      "train/bad-option",
      `The chance of a fault is ${probability}.`,
      "give a number from 0 to 1",
    );
  }
  for (const { site } of options.families) {
    if (site === "accumulator-bit") {
      throw new TrainError(
        "train/bad-option",
        "Faults of accumulator-bit are not drawn in training, whose sums are reals.",
        "train on channel, pe, code-bit or weight-bit; campaigns run the others",
      );
    }
    if (site === "weight-bit" && when === "per-sample") {
      throw new TrainError(
        "train/bad-option",
        "Faults of weight-bit cannot be drawn for each sample: the samples of a batch share the weights.",
        'give `when: "per-batch"`, and `moments: "running"` so that batch normalization does not hide them',
      );
    }
  }
  let pool: readonly (readonly Fault[])[] = [];
  let drawn: readonly (Fault | undefined)[] = [];
  return {
    name: "fault-aware",
    setup: (hooks) => {
      hooks.beforeFit.tap((fit) => {
        const { activations, weights } = faultSites(fit);
        pool = options.families.map((family) =>
          faultsOf(family.site === "weight-bit" ? weights : activations, family),
        );
        if (pool.length === 0 || pool.some((faults) => faults.length === 0)) {
          throw new TrainError(
            "train/no-faults",
            "A family of faults is empty: the model has no quantized activation or weight that it names.",
            "quantize them, or name others",
          );
        }
      });
      hooks.beforeStep.tap((step) => {
        drawn = [];
        if (step.fit.epoch < beginEpoch) return;
        const random = step.fit.random("fault-aware").stream(step.fit.step);
        const samples = step.x.shape[0]!;
        const one = when === "per-batch" ? drawFault(pool, probability, random) : undefined;
        drawn = Array.from({ length: samples }, () =>
          when === "per-batch" ? one : drawFault(pool, probability, random),
        );
        if (drawn.some((fault) => fault !== undefined)) step.moments = moments;
      });
      hooks.tap.tap((tap, value, { tape, fit }, scale) => {
        if (tap.codes === undefined) return undefined;
        const fault = drawn.find((each) => each?.site.layer === tap.layer);
        if (!fault || (fault.site.kind === "weight-bit") !== (tap.site === "weight")) return undefined;
        const codes = codesBetween(tap.codes.low, tap.codes.high, tap.bits);
        if (tap.site === "weight") {
          const { matrix } = fit.model.layers.find(({ name }) => name === tap.layer)!;
          return changeWeight(tape, value, { codes, scale, matrix: matrix!, fault });
        }
        return changeCodes(tape, value, { codes, scale, layer: tap.layer, faults: drawn });
      });
    },
    manifest: () => ({
      format: "gatefold-faults",
      version: 1,
      when,
      scenarios: pool.flat().map((fault) => ({ faults: [fault] })),
    }),
  };
}

function drawFault(
  pool: readonly (readonly Fault[])[],
  probability: number,
  random: Random,
): Fault | undefined {
  if (random.uniform() >= probability) return undefined;
  const faults = pool[random.below(pool.length)]!;
  return faults[random.below(faults.length)]!;
}
