import { defineModel, definePlugin, type Plugin } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { qOps } from "@gatefold/dialect-q";
import { argmaxRule, topKRule } from "./argmax-rule.js";
import { channelsLast } from "./channels-last.js";
import { concatRule, sliceRule, splitRule } from "./concat-rule.js";
import { convRule } from "./conv-rule.js";
import { convTransposeRule } from "./conv-transpose-rule.js";
import { depthToSpaceRule, spaceToDepthRule } from "./depth-space-rule.js";
import { expandConvBias } from "./expand-conv-bias.js";
import { expandGemm } from "./expand-gemm.js";
import { addRule, subRule } from "./join-rule.js";
import { matmulRule } from "./matmul-rule.js";
import { padRule } from "./pad-rule.js";
import {
  averagePoolRule,
  globalAveragePoolRule,
  globalMaxPoolRule,
  maxPoolRule,
  quantAvgPoolRule,
} from "./pool-rule.js";
import { resizeRule } from "./resize-rule.js";
import { Streamline } from "./rule.js";
import { splitQuant } from "./split-quant.js";
import { streamlinePass } from "./streamline-pass.js";

export type { ConstantFact, Fact, FlowFact, HostFact, InputFact } from "./fact.js";
export { type Site, Streamline, type StreamlineModel } from "./rule.js";
export { type LayerNote, type StreamlineSummary, streamlineSummary } from "./summary.js";

export interface StreamlineOptions {
  /**
   * What to do where a window pads a bipolar image with 0: an error, or codes of two bits, which hold it.
   * Default: `"error"`.
   */
  readonly bipolarPadding?: "error" | "ternary";
}

/** nn to q: quantizers become thresholds, layers become integer products, the rest goes to the host. */
export function streamline(options: StreamlineOptions = {}): Plugin {
  return definePlugin({
    name: "streamline",
    ops: qOps,
    passes: [splitQuant, expandGemm, expandConvBias, channelsLast, streamlinePass],
    models: [
      defineModel(nn.MatMul, Streamline, matmulRule),
      defineModel(nn.Conv, Streamline, convRule(options.bipolarPadding)),
      defineModel(nn.ConvTranspose, Streamline, convTransposeRule(options.bipolarPadding)),
      defineModel(nn.DepthToSpace, Streamline, depthToSpaceRule),
      defineModel(nn.SpaceToDepth, Streamline, spaceToDepthRule),
      defineModel(nn.Pad, Streamline, padRule),
      defineModel(nn.MaxPool, Streamline, maxPoolRule),
      defineModel(nn.AveragePool, Streamline, averagePoolRule),
      defineModel(nn.GlobalMaxPool, Streamline, globalMaxPoolRule),
      defineModel(nn.GlobalAveragePool, Streamline, globalAveragePoolRule),
      defineModel(nn.QuantAvgPool2d, Streamline, quantAvgPoolRule),
      defineModel(nn.Add, Streamline, addRule),
      defineModel(nn.Sub, Streamline, subRule),
      defineModel(nn.Concat, Streamline, concatRule),
      defineModel(nn.Split, Streamline, splitRule),
      defineModel(nn.Slice, Streamline, sliceRule),
      defineModel(nn.Resize, Streamline, resizeRule),
      defineModel(nn.ArgMax, Streamline, argmaxRule),
      defineModel(nn.TopK, Streamline, topKRule),
    ],
  });
}
