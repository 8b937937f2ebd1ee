import type { AnyOpDef } from "@gatefold/core";
import * as activation from "./activation.js";
import * as arg from "./arg.js";
import * as arithmetic from "./arithmetic.js";
import * as cast from "./cast.js";
import * as codes from "./codes.js";
import * as compare from "./compare.js";
import * as conv from "./conv.js";
import * as convTranspose from "./conv-transpose.js";
import * as depthSpace from "./depth-space.js";
import * as floatQuant from "./float-quant.js";
import * as gatherElements from "./gather-elements.js";
import * as generate from "./generate.js";
import * as im2col from "./im2col.js";
import * as join from "./join.js";
import * as lrn from "./lrn.js";
import * as mathUnary from "./math-unary.js";
import * as matmul from "./matmul.js";
import * as move from "./move.js";
import * as multiThreshold from "./multi-threshold.js";
import * as norm from "./norm.js";
import * as pad from "./pad.js";
import * as pool from "./pool.js";
import * as quant from "./quant.js";
import * as quantAvgPool from "./quant-avg-pool.js";
import * as reduce from "./reduce.js";
import * as reshape from "./reshape.js";
import * as resize from "./resize.js";
import * as scan from "./scan.js";
import * as softmax from "./softmax.js";

const subjects: readonly object[] = [
  activation,
  arg,
  arithmetic,
  cast,
  codes,
  compare,
  conv,
  convTranspose,
  depthSpace,
  floatQuant,
  gatherElements,
  lrn,
  quantAvgPool,
  scan,
  generate,
  im2col,
  join,
  mathUnary,
  matmul,
  move,
  multiThreshold,
  norm,
  pad,
  pool,
  quant,
  reduce,
  reshape,
  resize,
  softmax,
];

const isOpDef = (value: unknown): value is AnyOpDef =>
  typeof value === "object" && value !== null && "infer" in value && "operands" in value;

/** Every op of the dialect, by name. */
export const nnOps: readonly AnyOpDef[] = subjects
  .flatMap((subject) => Object.values(subject))
  .filter(isOpDef)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
