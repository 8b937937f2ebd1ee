/** Where files put FINN's and QONNX's operators; all mean the same. */
export const CUSTOM_DOMAINS: readonly string[] = [
  "qonnx.custom_op.general",
  "finn.custom_op.general",
  "onnx.brevitas",
  "qonnx",
];

/** Where files put quantizers: also among ONNX's own operators. */
export const QUANTIZER_DOMAINS: readonly string[] = ["", ...CUSTOM_DOMAINS];

/** QONNX's operators on NHWC tensors, under the names of ONNX's. */
export const CHANNELS_LAST_DOMAIN = "qonnx.custom_op.channels_last";
