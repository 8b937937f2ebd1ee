import { buildCommand } from "./build.js";
import type { CliCommand } from "./command.js";
import { estimateCommand } from "./estimate.js";
import { explainCommand } from "./explain.js";
import { inspectCommand } from "./inspect.js";
import { passesCommand } from "./passes.js";
import { simulateCommand } from "./simulate.js";
import { synthCommand } from "./synth.js";
import { verifyCommand } from "./verify.js";

/** Every command, in the order of the help. */
export const commands: readonly CliCommand[] = [
  buildCommand,
  inspectCommand,
  estimateCommand,
  verifyCommand,
  simulateCommand,
  synthCommand,
  passesCommand,
  explainCommand,
];
