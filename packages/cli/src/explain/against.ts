/** `gatefold verify --against`. */
export const againstExplanations: Readonly<Record<string, string>> = {
  "cli/against-needs-model":
    "`--against onnx` compares a model with its integers or with another model, tensor by tensor. An output folder holds no model; its circuit is compared with `--against rtl` or `hls`.",
  "cli/built-without-hls":
    "`--against hls` compiles the C++ that lies in an output folder. `build` writes it where `--hls` is given.",
  "cli/changed-after-build":
    "Sources or memories of an output folder are not those that were built: their hashes in report.json are others. On these inputs that makes no difference to any stream. More inputs may show one.",
  "cli/divergence":
    "Two executions differ. The message has the first tensor, in the order of the graph, in which they do: kernel or op, the network's node, sample, position, channel and both values. All tensors before it are equal, so what is wrong is in that kernel, or in the nodes that the note names. A warning where the outputs are equal all the same.",
  "cli/no-host-compiler":
    "`--against hls` compiles the emitted C++ for this machine and runs it, which takes `g++` or `clang++` on PATH. No vendor's headers are needed.",
  "cli/other-structure":
    "`--against onnx=other.onnx` compares two models op by op: both need the same ops in the same order, with the same shapes. Values of parameters may differ.",
  "cli/unseen-changes":
    "Two models have parameters that differ, and no tensor shows it on these inputs: the codes of a weight may be the same, or nothing that it is multiplied with is other than 0.",
};
