import { defineModel, definePlugin, type Plugin } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { argmaxRule, topKRule } from "./argmax-rule.js";
import { channelsLast } from "./channels-last.js";
import { convRule } from "./conv-rule.js";
import { expandConvBias } from "./expand-conv-bias.js";
import { expandGemm } from "./expand-gemm.js";
import { addRule } from "./join-rule.js";
import { matmulRule } from "./matmul-rule.js";
import { padRule } from "./pad-rule.js";
import { averagePoolRule, globalAveragePoolRule, globalMaxPoolRule, maxPoolRule } from "./pool-rule.js";
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
    passes: [splitQuant, expandGemm, expandConvBias, channelsLast, streamlinePass],
    models: [
      defineModel(nn.MatMul, Streamline, matmulRule),
      defineModel(nn.Conv, Streamline, convRule),
      defineModel(nn.Pad, Streamline, padRule),
      defineModel(nn.MaxPool, Streamline, maxPoolRule),
      defineModel(nn.AveragePool, Streamline, averagePoolRule),
      defineModel(nn.GlobalMaxPool, Streamline, globalMaxPoolRule),
      defineModel(nn.GlobalAveragePool, Streamline, globalAveragePoolRule),
      defineModel(nn.Add, Streamline, addRule),
      defineModel(nn.ArgMax, Streamline, argmaxRule),
      defineModel(nn.TopK, Streamline, topKRule),
    ],
  });
}
