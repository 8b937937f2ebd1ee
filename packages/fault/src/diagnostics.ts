import { DiagnosticError, diagnostic } from "@gatefold/core";

export const badFault = (what: string, reason: string, hint: string): DiagnosticError =>
  new DiagnosticError([diagnostic("fault/bad-fault", `${what}: ${reason}.`, { hint })]);

export const badManifest = (path: string, reason: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/bad-manifest", `The fault manifest cannot be read: ${path}: ${reason}.`, {
      hint: "write it with `printManifest`, or see the package's README for its form",
    }),
  ]);

export const badSelector = (reason: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/bad-selector", `The selector ${reason}.`, {
      hint: "give a rate from 0 to 1, a positive count, and layers of the network",
    }),
  ]);

export const cannotTriplicate = (layer: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/cannot-triplicate", `The channels of layer \`${layer}\` cannot be tripled.`, {
      notes: ["its sums go to something else than its thresholds alone, or its parameters are computed"],
      hint: "take layers whose thresholds read the product directly",
    }),
  ]);

export const noConstantForm = (what: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/no-constant-form", `${what} cannot be built into a network's constants.`, {
      hint: "stuck channels and PEs of thresholds, and bits of weights can; run others with `runCampaign`",
    }),
  ]);

export const noLayers = (): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/no-layers", "The graph has no layer with thresholds behind it.", {
      hint: "give the integer graph that streamlining makes",
    }),
  ]);

export const unknownLayer = (name: string, names: readonly string[]): DiagnosticError =>
  new DiagnosticError([
    diagnostic("fault/unknown-layer", `No layer is called \`${name}\`.`, {
      hint: `name one of ${names.join(", ")}`,
    }),
  ]);
