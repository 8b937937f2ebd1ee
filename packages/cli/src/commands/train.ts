import { basename } from "node:path";
import type { Progress } from "@gatefold/train";
import { train } from "../api/train.js";
import { exitCodes } from "../exit-codes.js";
import { clockOf, epochLine, finalFigures, progressText } from "../print/training.js";
import type { CliCommand } from "./command.js";
import { pathAt, trainFlags } from "./flags.js";

/** Without the value where it is not there. */
const numberFlag = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const trainCommand: CliCommand = {
  name: "train",
  summary:
    "Trains a quantized network as a configuration says; a folder with curves, checkpoint and QONNX model.",
  argument: { name: "config", text: "a file whose default export is a training, made with defineTraining" },
  addFlags: trainFlags,
  run: async ({ io, reporter, flags }, config) => {
    const name = basename(config).replace(/(\.config)?\.[cm]?[jt]s$/, "");
    const shownOut = typeof flags["out"] === "string" ? flags["out"] : `runs/${name}`;
    const left = clockOf(() => performance.now() / 1000);
    const signal = io.interrupts?.hold();
    let at: Progress | undefined;
    let painted = 0;
    try {
      const { folder, files, ended, stopReason, history, metrics, configHash } = await train({
        config: pathAt(io, config),
        out: pathAt(io, shownOut),
        seed: numberFlag(flags["seed"]),
        epochs: numberFlag(flags["epochs"]),
        threads: numberFlag(flags["threads"]),
        resume: flags["resume"] === true,
        force: flags["force"] === true,
        signal,
        onProgress: (progress) => {
          at = progress;
          if (performance.now() - painted < 100) return;
          painted = performance.now();
          const { step: done, steps: total } = progress;
          const label = progressText(progress, left(progress));
          reporter.onEvent({ kind: "progress", stage: "train", done, total, label });
        },
        onEpoch: (record) => reporter.line(epochLine(record, at, at && left(at))),
      });
      const json = { folder, files, ended, stopReason, epochs: history.length, configHash, metrics };
      if (ended === "interrupted") {
        reporter.complain(
          `interrupted after ${history.length} epochs; go on with: gatefold train ${config} --out ${shownOut} --resume`,
        );
        return { exitCode: exitCodes.interrupted, json };
      }
      if (stopReason !== undefined) reporter.line(`  ended early: ${stopReason}`);
      reporter.onEvent({ kind: "done", stage: "train", subject: shownOut, facts: finalFigures(metrics) });
      return { exitCode: exitCodes.ok, json };
    } finally {
      io.interrupts?.release();
    }
  },
};
