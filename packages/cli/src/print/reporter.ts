import type { Diagnostic } from "@gatefold/core";
import { printDiagnostic } from "@gatefold/core";
import ora, { type Ora } from "ora";
import pc from "picocolors";
import type { OnEvent, StageEvent } from "../api/options.js";
import { type CliIo, isColoured } from "../io.js";

/** Turns events into lines: results on stdout, diagnostics and a spinner on stderr. */
export interface Reporter {
  readonly onEvent: OnEvent;
  /** A line of a result, on stdout. */
  line(text: string): void;
  diagnostic(d: Diagnostic): void;
  /** Text on stderr that is no diagnostic. */
  complain(text: string): void;
  /** Ends the spinner. */
  close(): void;
}

const stageWidth = 12;
const subjectWidth = 20;
/** Why a pattern did not fire is for whoever asks; it stands in report.json. */
const quietCodes = ["core/missed-rewrite"];

const colours = pc.createColors(true);
const plain = pc.createColors(false);

function stageText(event: Extract<StageEvent, { kind: "done" }>, colour: typeof plain): string {
  const { stage, subject, facts } = event;
  const text = facts.join(" · ");
  const padded = text === "" ? subject : subject.padEnd(subjectWidth);
  return `  ${colour.bold(stage.padEnd(stageWidth))}${padded}${text === "" ? "" : `${padded.endsWith(" ") ? "" : "  "}${colour.dim(text)}`}`;
}

function paint(d: Diagnostic, colour: typeof plain): string {
  const text = printDiagnostic(d);
  const mark = d.severity === "error" ? colour.red : d.severity === "warning" ? colour.yellow : colour.cyan;
  return text.replace(`${d.severity}: `, `${mark(d.severity)}: `);
}

/** With `quiet`, stdout is left to somebody else (JSON). The spinner turns on a terminal only. */
export function createReporter(io: CliIo, { quiet }: { readonly quiet: boolean }): Reporter {
  const out = isColoured(io.stdout, io.env) ? colours : plain;
  const err = isColoured(io.stderr, io.env) ? colours : plain;
  // ora divides by the width, which some pseudo-terminals give as 0
  const spins = io.stderr.isTTY === true && (io.stderr.columns ?? 0) > 0;
  let spinner: Ora | undefined;
  const stop = (): void => {
    spinner?.stop();
    spinner = undefined;
  };
  const spin = (text: string): void => {
    if (!spins) return;
    if (spinner) spinner.text = text;
    else
      spinner = ora({
        text,
        indent: 2,
        stream: io.stderr as NodeJS.WriteStream,
        discardStdin: false,
      }).start();
  };
  const line = (text: string): void => {
    stop();
    if (!quiet) io.stdout.write(`${text}\n`);
  };
  const diagnostic = (d: Diagnostic): void => {
    stop();
    io.stderr.write(`${paint(d, err)}\n`);
  };
  return {
    line,
    diagnostic,
    close: stop,
    complain: (text) => {
      stop();
      io.stderr.write(`${text}\n`);
    },
    onEvent: (event) => {
      if (event.kind === "start") spin(event.stage);
      else if (event.kind === "progress")
        spin(`${event.stage}  ${event.label}  ${event.done}/${event.total}`);
      else if (event.kind === "done") line(stageText(event, out));
      else if (!quietCodes.includes(event.diagnostic.code)) diagnostic(event.diagnostic);
    },
  };
}
