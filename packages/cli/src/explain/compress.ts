/** Quantizing and pruning of trained networks. */
export const compressExplanations: Readonly<Record<string, string>> = {
  "prune/bad-granularity":
    "The groups of weights that are to go together have sizes that are no positive integers, or N:M has an N greater than M.",
  "prune/bad-sparsity":
    "The sparsity is the share of weights that become 0, from 0 to 1. A pattern N:M has one sparsity only, 1 − N/M.",
  "prune/block-does-not-tile":
    "Blocks are the PE × SIMD elements that a matrix unit reads in a beat, so they have to divide the matrices. Take other sizes, or another granularity.",
  "prune/no-weights":
    "There is nothing to prune: no op of the network multiplies by constant weights. Prune the network as it was trained, not one that is lowered already.",
  "prune/no-zero":
    "Codes of one bit are −1 and +1; none of them stands for a weight that is left out. Train with ternary weights, or leave the layer out.",
  "prune/unknown-layer": "A layer is named that the network does not have, or that has no constant weights.",
  "quantize/already-quantized":
    "Every layer's weights go through a quantizer in the model already; a second one would only lose more.",
  "quantize/bad-range":
    "A calibrator says which range of real values the codes cover. The range has to be finite and to hold 0. The standard calibrators keep to that, so this is a defect of a plugin's.",
  "quantize/no-weights":
    "There is nothing to quantize: no op of the network multiplies by constant real weights.",
  "quantize/not-a-code":
    "The network's input is integer codes, because it has an encoding, and a calibration sample holds something else.",
  "quantize/not-finite":
    "A calibration sample leads to NaN or infinity somewhere in the network, so that there is no range to measure. Usually the data is not scaled as in training.",
  "quantize/sample-size": "A calibration sample does not have as many elements as the network's inputs.",
  "quantize/unknown-layer":
    "Bits are given for a layer that the network does not have, or whose weights are quantized already.",
};
