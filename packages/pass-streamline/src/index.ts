import { defineModel, definePlugin, type Plugin } from "@gatefold/core";
import { ArgMax, MatMul, TopK } from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { argmaxRule, topKRule } from "./argmax-rule.js";
import { expandGemm } from "./expand-gemm.js";
import { matmulRule } from "./matmul-rule.js";
import { Streamline } from "./rule.js";
import { splitQuant } from "./split-quant.js";
import { streamlinePass } from "./streamline-pass.js";

export type { ConstantFact, Fact, FlowFact, HostFact, InputFact } from "./fact.js";
export { type Site, Streamline, type StreamlineModel } from "./rule.js";
export { type LayerNote, type StreamlineSummary, streamlineSummary } from "./summary.js";

/** nn to q: quantizers become thresholds, layers become integer products, the rest goes to the host. */
export function streamline(): Plugin {
  return definePlugin({
    name: "streamline",
    ops: qOps,
    passes: [splitQuant, expandGemm, streamlinePass],
    models: [
      defineModel(MatMul, Streamline, matmulRule),
      defineModel(ArgMax, Streamline, argmaxRule),
      defineModel(TopK, Streamline, topKRule),
    ],
  });
}
