import type { Hooks } from "@gatefold/core";

/** Tells how long each pass took and whether it changed anything, one line a pass. */
export function tellTimings(hooks: Hooks, tell: (line: string) => void): void {
  hooks.afterPass.tap(({ pass, durationMs, changed }) => {
    tell(`${durationMs.toFixed(1).padStart(8)} ms  ${pass.name}${changed ? "" : " (nothing to do)"}`);
  });
}
