#!/usr/bin/env node
import { main } from "./main.js";
import { removeUnfinished } from "./output/folder.js";

/** 128 + the signal's number, as shells expect. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

for (const [signal, code] of Object.entries(signals)) {
  process.once(signal, () => {
    removeUnfinished();
    process.exit(code);
  });
}

process.exitCode = await main(process.argv.slice(2));
