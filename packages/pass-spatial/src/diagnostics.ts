import { type Diagnostic, diagnostic } from "@gatefold/core";

/** All that this package says to a user, sorted by code. */

export const unknownTarget = (name: string, known: readonly string[]): Diagnostic =>
  diagnostic(
    "spatial/unknown-target",
    `No plugin brings a target \`${name}\`; there are ${known.join(", ") || "none"}.`,
    {
      hint: "name one of these, or add the plugin that brings the device",
    },
  );
