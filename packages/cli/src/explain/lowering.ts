/** From real values to integers, to kernels, to Verilog and C++. */
export const loweringExplanations: Readonly<Record<string, string>> = {
  "exec/inexact-sum":
    "The fast executor sums in 53 bits, and this layer's sums can be larger, so it refuses instead of rounding. The reference evaluator runs instead.",
  "fold/bad-folding":
    'The folding file is not an object of kernels. It is `{"MVAU_0": {"PE": 4, "SIMD": 8}}`; a build writes folding.json, which can be edited, and FINN\'s files are read as they are.',
  "fold/bad-option": "The clock, the rate or the number of cycles is not a positive number.",
  "fold/deadlock":
    "Played through by the kernels' own token schedules, no kernel can go on: each waits for another. The schedules contradict each other, which is a defect of a kernel and not of the model. Report the network.",
  "fold/illegal-fold":
    "A folding gives PE or SIMD a value that does not divide the layer's size. Each cycle works on PE output channels and SIMD input elements, and a layer that is not a whole number of such steps would need padding. The hint lists the values that divide.",
  "fold/misfit":
    "A sliding window whose taps all leave in a beat sends a pixel's elements in another order when it sends some of the channels only. A vector unit of several taps reads that order, a matrix unit does not. Give the window SIMD of all channels, or fold both ends alike.",
  "fold/no-kernel":
    "An integer op has no streaming kernel, so the network cannot become a circuit. A plugin can attach a `fold.lowering` model to the op.",
  "fold/no-form":
    "Every layer is wanted as a spatial circuit, and this one cannot be one. The notes have each form's reason: a table has a limit on the bits that one neuron reads, an adder graph needs constant weights. Fewer inputs a neuron (sparsity) or fewer bits make a table possible; `--form layer=folded` builds this layer of kernels.",
  "fold/over-latency":
    "No folding, and no choice of spatial circuits among those that were searched, answers within the wanted latency. The note has the least that was found. Latency is counted from the first input beat of an inference to its last output beat, with nothing in the way.",
  "fold/overlapping-offers":
    "Two layers are offered to be built with the same op in both. An op belongs to one layer: that is a defect of the plugin that makes the offers.",
  "fold/stalls":
    "Played through by the kernels' token schedules, the network takes longer than its slowest kernel alone, because two branches that meet take their beats at uneven times. The results are right and the rate is lower. Fold the kernels around the join alike.",
  "fold/unknown-axis":
    "A folding names an axis that the kernel does not have. Matrix–vector units have PE and SIMD, thresholds have PE.",
  "fold/unknown-kernel":
    "A folding names a kernel that this network does not have. The hint lists its kernels; they are numbered in the order of the data, as FINN does it.",
  "fold/unknown-form":
    "A layer is wanted in a form that nothing offers for it. The hint lists the forms that it can have, the notes why it has no others.",
  "fold/unknown-layer":
    "A form is given for a layer that this network does not have. Layers have the names of the model's nodes that multiply by weights; the hint lists them.",
  "fold/over-budget":
    "Even the smallest folding that keeps the wanted rate takes more of the device than it may. The note has the least that is needed, the hint the highest rate that fits; a larger share or device does it too.",
  "fold/unknown-target":
    "Folding weighs costs for a device that no plugin brings. Name one of the targets, or give a device as data.",
  "fold/unreachable-rate":
    "Even with everything side by side, a layer takes more cycles an inference than the wanted rate allows at this clock. The hint has the highest rate that can be asked for.",
  "hls/no-kernel":
    "A streaming op has no C++ form, so no HLS project can be written. A plugin can attach an `hls.kernel` model to the op.",
  "hls/not-hardware":
    "An integer op was not lowered to a streaming kernel, so there is no C++ to write for it. The pipeline lacks the `fold` plugin, or stopped before it.",
  "spatial/unknown-target":
    "Spatial circuits are mapped to the tables of a device that no plugin brings. Name one of the targets, or give a device as data.",
  "streamline/accumulator-too-wide":
    "A layer's sums need more bits than integers are exact in. Fewer bits for the weights or the input make it fit.",
  "streamline/bad-parameter": "A scale or another parameter of an op is zero, NaN or infinite.",
  "streamline/bipolar-padding":
    "A convolution pads an input of −1 and +1 with zeros, and zero is no value that one bit can hold. Pad with one of the two values, quantize to two bits, or use no padding.",
  "streamline/near-tie":
    "Some thresholds lie so near to an integer that float32 rounding noise could tip them. Gatefold decides them in float64, by the quantizer's own rounding. A float32 execution of the network may give the neighbouring code at exactly these inputs; that is the float32 execution's rounding, and is reported so that a difference can be understood.",
  "streamline/not-monotone":
    "Between an integer and the next quantizer stands a function that rises and falls, on a range that is too large to tabulate. Quantize before it, or use a monotone activation.",
  "streamline/nothing-to-build":
    "No op of the network can run on integers, so there is nothing to put into a circuit. The network needs quantizers on weights and activations.",
  "streamline/output-needs-input":
    "An output is computed from what the circuit gives and from a real network input once more. The host has the circuit's outputs only, so the two cannot be put together. Compute that output apart from the network, or give the input an encoding.",
  "streamline/too-many-thresholds":
    "A quantizer tells so many codes apart that a threshold for each, in each channel, would be larger than any circuit. Quantize to fewer bits.",
  "streamline/unbounded-operand":
    "A layer reads a real value that no quantizer bounds. Most often it is the network's own input: give it an encoding with `--input`, which says which integers the circuit reads. Inside a network, insert a quantizer in training.",
  "streamline/unlike-scales":
    "Two branches are added whose integers stand for real values on different grids, and no common grid is fine enough for both. Give both sides of the addition one scale in training, or scales that are a whole multiple of each other.",
  "streamline/unquantized-weights":
    "A layer's weights are not integers times a scale, so there is no integer product that equals it. Quantize the weights in training.",
  "streamline/unsupported":
    "A layer or quantizer cannot run on the device; the message says why, and the note where the reason lies. Work of the network must not fall to the host unsaid, so this is an error.",
  "truthtable/bad-file":
    "A file of neurons as tables has something else in a place than its form says; the message names the place. The package's README gives the form.",
  "truthtable/bad-option":
    "An option of the truth table pass is out of its range; the message says what it has to be.",
  "truthtable/unknown-format":
    "Files of neurons as tables have layers with their neurons, or a configuration with tables. This one has neither.",
  "verilog/constant-weights":
    "The build has writable weights, and this layer's cannot be written: it reads them all at once, or it is a spatial circuit, so they are part of the logic. Folded further (fewer PE or SIMD) it reads them from a memory.",
  "verilog/no-writable-weights":
    "Writable weights stand in memories, and no layer of this circuit reads its weights from one: all are unfolded, or spatial circuits. Ask for a lower rate, or give a folding with fewer PE or SIMD.",
  "verilog/no-kernel":
    "A kernel has no Verilog form. A plugin can attach a `verilog.kernel` model to the op.",
  "verilog/not-hardware":
    "The module still has ops that are no streaming kernels. Run the pipeline to its end; the `fold` plugin makes kernels.",
};
