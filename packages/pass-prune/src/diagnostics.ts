import { DiagnosticError, diagnostic, type Op } from "@gatefold/core";
import type { PrunableMatrix } from "./pruner.js";

export const badGranularity = (what: string): DiagnosticError =>
  new DiagnosticError([
    diagnostic("prune/bad-granularity", `The granularity asks for ${what}.`, {
      hint: "give positive integers, and of N:M an N of at most M",
    }),
  ]);

export const badSparsity = (sparsity: number): DiagnosticError =>
  new DiagnosticError([
    diagnostic("prune/bad-sparsity", `The sparsity is ${sparsity}; it is a share from 0 to 1.`, {
      hint: "give 0.8 for 80 % of the weights",
    }),
  ]);

export const doesNotDivide = (matrix: PrunableMatrix, pe: number, simd: number): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "prune/block-does-not-tile",
      `Blocks of PE ${pe} × SIMD ${simd} do not tile \`${matrix.name}\`, which has ${matrix.rows} rows and ${matrix.columns} columns.`,
      { hint: "take the PE and SIMD of the layer's folding, which divide its rows and columns" },
    ),
  ]);

export const nothingToPrune = (): DiagnosticError =>
  new DiagnosticError([
    diagnostic("prune/no-weights", "No matmul, gemm or convolution of the network has constant weights.", {
      hint: "prune the network as trained, before it is streamlined",
    }),
  ]);

export const noZero = (op: Op, least: number): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "prune/no-zero",
      `The weights of \`${op.def.name}\` are quantized to codes that have no zero (the nearest is ${least}).`,
      { loc: op.loc, hint: "train with ternary weights, or leave this layer out with `exclude`" },
    ),
  ]);

export const sparsityOfPattern = (n: number, m: number, sparsity: number): DiagnosticError =>
  new DiagnosticError([
    diagnostic(
      "prune/bad-sparsity",
      `The pattern ${n}:${m} has the sparsity ${1 - n / m}, and ${sparsity} is asked for.`,
      { hint: `ask for ${1 - n / m}` },
    ),
  ]);

export const unknownLayer = (name: string, names: readonly string[]): DiagnosticError =>
  new DiagnosticError([
    diagnostic("prune/unknown-layer", `No layer with weights is called \`${name}\`.`, {
      hint: `name one of ${names.join(", ")}`,
    }),
  ]);
