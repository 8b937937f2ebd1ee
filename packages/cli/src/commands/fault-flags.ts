import type { FaultMode, FaultSite } from "@gatefold/fault";
import type { Command } from "commander";
import type { FaultsOptions } from "../api/faults.js";
import { defined } from "../defined.js";
import type { CliIo } from "../io.js";
import { collect, type Flags, fail, flag, number, oneOf, type Parser, pathAt, whole } from "./flags.js";

/** Flags of `faults`: what is faulty, how, and which scenarios are run. */
export function faultFlags(command: Command): void {
  flag(
    command,
    "--site <kind>",
    `what is faulty: ${faultSites.join(", ")} (default: channel)`,
    oneOf("--site", faultSites),
  );
  flag(
    command,
    "--mode <mode>",
    "low, high, flip, random[:seed] or a code to be stuck at; again for more (default: low and high)",
    mode,
  );
  flag(command, "--layer <name>", "a layer by its node; again for more (default: all)", collect);
  flag(
    command,
    "--lanes <n>",
    "PEs a layer, for --site pe; layers that they do not divide are left out",
    whole("--lanes", 1),
  );
  flag(command, "--sample <n>", "so many scenarios, drawn (default: every one)", whole("--sample", 1));
  flag(
    command,
    "--simultaneous <n>",
    "faults at once in a drawn scenario (default: 1)",
    whole("--simultaneous", 1),
  );
  flag(command, "--manifest <file>", "scenarios from a file instead");
  flag(command, "--save <file>", "writes the scenarios that were run");
  flag(
    command,
    "--triple <share>",
    "computes this share of the channels three times, the most critical ones, and runs every stuck channel again",
    number("--triple", "a share from 0 to 1", (v) => v >= 0 && v <= 1),
  );
}

const faultSites = [
  "channel",
  "pe",
  "code-bit",
  "weight-bit",
  "accumulator-bit",
] as const satisfies readonly FaultSite["kind"][];

const mode: Parser<readonly FaultMode[]> = (value, previous = []) => {
  const stuck = value === "low" || value === "high" ? value : Number(value);
  if (value === "flip") return [...previous, { kind: "flip" }];
  const [, seed] = /^random(?::(\d+))?$/.exec(value) ?? [];
  if (value.startsWith("random") && (value === "random" || seed !== undefined)) {
    return [...previous, { kind: "random", seed: Number(seed ?? 1) }];
  }
  if (typeof stuck === "number" && (value.trim() === "" || !Number.isSafeInteger(stuck))) {
    return fail("--mode", value, "`low`, `high`, `flip`, `random`, `random:<seed>` or a whole number");
  }
  return [...previous, { kind: "stuck-at", value: stuck }];
};

/** What `faultFlags` were given. */
export function faultOptions(
  io: CliIo,
  flags: Flags,
): Partial<FaultsOptions> & { readonly save?: string | undefined } {
  const file = (name: string): string | undefined =>
    flags[name] === undefined ? undefined : pathAt(io, String(flags[name]));
  return defined({
    site: flags["site"] as FaultSite["kind"] | undefined,
    modes: flags["mode"] as readonly FaultMode[] | undefined,
    layers: flags["layer"] as readonly string[] | undefined,
    lanes: flags["lanes"] as number | undefined,
    sample: flags["sample"] as number | undefined,
    simultaneous: flags["simultaneous"] as number | undefined,
    triple: flags["triple"] as number | undefined,
    manifest: file("manifest"),
    save: file("save"),
  });
}
