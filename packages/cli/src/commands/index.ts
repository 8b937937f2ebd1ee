import { buildCommand } from "./build.js";
import type { CliCommand } from "./command.js";
import { estimateCommand } from "./estimate.js";
import { explainCommand } from "./explain.js";
import { faultsCommand } from "./faults.js";
import { importTablesCommand } from "./import-tables.js";
import { inspectCommand } from "./inspect.js";
import { passesCommand } from "./passes.js";
import { pruneCommand } from "./prune.js";
import { quantizeCommand } from "./quantize.js";
import { reportCommand } from "./report.js";
import { simulateCommand } from "./simulate.js";
import { synthCommand } from "./synth.js";
import { trainCommand } from "./train.js";
import { verifyCommand } from "./verify.js";

/** Every command, in the order of the help. */
export const commands: readonly CliCommand[] = [
  buildCommand,
  inspectCommand,
  estimateCommand,
  verifyCommand,
  simulateCommand,
  synthCommand,
  reportCommand,
  trainCommand,
  quantizeCommand,
  pruneCommand,
  importTablesCommand,
  faultsCommand,
  passesCommand,
  explainCommand,
];
