#!/usr/bin/env node
import { exitCodes } from "./exit-codes.js";
import { processIo } from "./io.js";
import { main } from "./main.js";
import { removeUnfinished } from "./output/folder.js";

/** 128 + the signal's number, as shells expect. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Of a command that ends by itself when it is told to. */
let held: AbortController | undefined;
let interruptCode: number = exitCodes.interrupted;

for (const [signal, code] of Object.entries(signals)) {
  process.on(signal, () => {
    interruptCode = code;
    if (held && !held.signal.aborted) {
      held.abort();
      return;
    }
    removeUnfinished();
    process.exit(code);
  });
}

const interrupts = {
  hold: (): AbortSignal => {
    held = new AbortController();
    return held.signal;
  },
  release: (): void => {
    held = undefined;
  },
};

const exitCode = await main(process.argv.slice(2), { ...processIo(), interrupts });
process.exitCode = exitCode === exitCodes.interrupted ? interruptCode : exitCode;
