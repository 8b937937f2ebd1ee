import { product, type Value } from "@gatefold/core";
import {
  ArgMax,
  ArgMin,
  CumSum,
  Hardmax,
  LogSoftmax,
  ReduceL1,
  ReduceL2,
  ReduceLogSum,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  ReduceSumSquare,
  Softmax,
  TopK,
} from "@gatefold/dialect-nn";
import { handler, type OnnxHandler } from "../handler.js";
import type { NodeBuilder } from "../node-builder.js";
import { reshape } from "./align.js";
import { type DirectSpec, direct, directHandler, readAttributes } from "./attributes.js";

export const reductions: Readonly<Record<string, typeof ReduceSum>> = {
  ReduceL1,
  ReduceL2,
  ReduceLogSum,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  ReduceSumSquare,
};

/** Axes are operand 1 since opset 13 (ReduceSum) or 18 (the others), and an attribute before. */
function reduction(def: typeof ReduceSum, axesSince: number): OnnxHandler["build"] {
  return (node) => {
    const given =
      node.opset < axesSince ? node.intList("axes") : node.has(1) ? node.ints(1, "axes") : undefined;
    return node.emit(def, [node.value(0)], {
      ...(given ? { axes: given } : {}),
      ...readAttributes(node, { keepdims: "bool", noop_with_empty_axes: "bool" }),
    });
  };
}

/** Before opset 13, softmax runs over everything from `axis` on, as one axis. */
function softmaxOf(def: typeof Softmax): OnnxHandler["build"] {
  return (node) => {
    const shape = node.shape(0);
    const axis = node.int("axis", node.opset < 13 ? 1 : -1);
    const front = axis < 0 ? axis + shape.length : axis;
    if (node.opset >= 13 || front === shape.length - 1) return node.emit(def, [node.value(0)], { axis });
    const flat = reshape(node, node.value(0), [product(shape.slice(0, front)), product(shape.slice(front))]);
    return reshape(node, node.emit(def, [flat], { axis: 1 }), shape);
  };
}

function topK(node: NodeBuilder): readonly Value[] {
  const k =
    node.opset < 10 ? (node.int("k") ?? node.refuse("has no attribute `k`")) : node.number(1, "a count");
  return node.emitAll(TopK, [node.value(0)], {
    k,
    axis: node.int("axis", -1),
    largest: node.int("largest", 1) !== 0,
    sorted: node.int("sorted", 1) !== 0,
  });
}

const arg = { axis: "int", keepdims: "bool", select_last_index: "bool" } as const;

export const reduceSpecs: readonly DirectSpec[] = [
  direct("ArgMax", ArgMax, arg),
  direct("ArgMin", ArgMin, arg),
];

export const reduceHandlers: readonly OnnxHandler[] = [
  ...Object.entries(reductions).map(([op, def]) => handler(op, reduction(def, op === "ReduceSum" ? 13 : 18))),
  handler("Softmax", softmaxOf(Softmax)),
  handler("LogSoftmax", softmaxOf(LogSoftmax)),
  handler("Hardmax", softmaxOf(Hardmax)),
  handler("TopK", topK),
  handler("CumSum", (node) =>
    node.emit(CumSum, [node.value(0)], {
      axis: node.number(1, "an axis"),
      ...readAttributes(node, { exclusive: "bool", reverse: "bool" }),
    }),
  ),
  ...reduceSpecs.map(directHandler),
];
