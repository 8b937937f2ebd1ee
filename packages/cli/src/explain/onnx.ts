/** Reading ONNX, QONNX and QCDQ models. */
export const onnxExplanations: Readonly<Record<string, string>> = {
  "onnx/annotated-input":
    "The model says by a FINN annotation that an input carries integers, and it is read as real numbers all the same, because an annotation does not say how the integers stand for the network's values. Give `--input` with the type to feed integer codes.",
  "onnx/bad-dim": "A size given with `--dim` is not a whole number from 1.",
  "onnx/bad-encoding":
    "The text of an input encoding is not understood. It is `[name:]type[:scale=number,zp=number]`: the name may be left out when the network has one input, the type is an integer type such as uint8, int4 or bipolar, and the real value of a code is (code − zp) · scale. Fractions are allowed: scale=1/255.",
  "onnx/cannot-export":
    "Some ops of the module have no form in ONNX, so it cannot be written back. Export before lowering to integers, or bring an export handler for these ops.",
  "onnx/cycle":
    "The nodes of the model read each other in a circle. An ONNX graph has no cycles; the exporter or a tool after it is at fault.",
  "onnx/duplicate-value":
    "Two nodes make a value of one name, so it is not known which one a reader means. Every value of an ONNX graph has exactly one definition.",
  "onnx/dynamic-shape":
    "An input has dimensions whose size the model leaves open, besides the first one (the batch, which is taken as 1). A circuit has a fixed size: give each open dimension a size with `--dim name=size`.",
  "onnx/encoding-input":
    "An input encoding names no input of the network, or leaves the name out where the network has several inputs.",
  "onnx/encoding-type":
    "An encoding is given for an input that is integer codes already. Encodings say how integers stand for real values, so only a real input takes one.",
  "onnx/external-escape":
    "A tensor's data is said to lie in a file outside the model's folder. Following such a path would let a model read any file of the machine, so it is refused. Keep external data beside the model.",
  "onnx/external-missing":
    "A tensor's data lies in another file that is not there or cannot be read. Put it beside the model, under the name in the message, and import the model by its path.",
  "onnx/external-range":
    "A tensor's data is said to lie at a place that its file does not have. The file does not belong to this model, or was cut short.",
  "onnx/missing-input":
    "A node reads a value that no node makes and that is neither an input nor a constant.",
  "onnx/missing-output": "The graph names an output that nothing makes.",
  "onnx/negative-scale":
    "An activation is quantized with a negative scale, so that larger values get smaller codes. No exporter means that. Weights may have negative scales; activations need positive ones.",
  "onnx/no-outputs": "The graph has no outputs, so there is nothing to compute.",
  "onnx/no-shape": "An input has no shape at all. Export the model with a fixed input shape.",
  "onnx/non-finite":
    "A constant holds NaN or infinity; the message says where. Training has diverged, or the file is damaged. No circuit computes with such a value.",
  "onnx/not-a-tensor":
    "A value of the model is a sequence, a map or an optional, and circuits carry tensors only.",
  "onnx/not-found": "The model's file cannot be read.",
  "onnx/not-onnx":
    "The file is not an ONNX model; where its first bytes are known, the message says what it is instead.",
  "onnx/opset-missing":
    "The model does not say which version of an operator set it uses. What an operator means depends on the version, so it is not guessed.",
  "onnx/opset-range":
    "The model uses a version of the ONNX operators that is older or newer than those that are read. Convert it with onnx.version_converter, or export it again.",
  "onnx/output-count": "A node names more or fewer outputs than its operator has.",
  "onnx/sparse-tensor": "A constant is stored in sparse form, which is not read. Store it dense.",
  "onnx/subgraph":
    "A node (If, Loop, Scan) runs a subgraph. A circuit has no control flow: export with the branch or loop unrolled.",
  "onnx/tensor-size":
    "A tensor's data is longer or shorter than its shape and element type need. The file is damaged or was written by a faulty exporter.",
  "onnx/too-large":
    "A shape has more elements than the limit, which is there so that a small damaged file cannot claim all memory. Raise `maxElements` if the shape is right.",
  "onnx/truncated": "The file ends before the data that it announces. Copy or download it again.",
  "onnx/type-mismatch":
    "A node's inputs do not fit its operator: shapes that do not broadcast, a wrong number of dimensions, or the like.",
  "onnx/unknown-dim": "`--dim` names a dimension that is not an open one of the network's inputs.",
  "onnx/unknown-op":
    "An operator, or this version or domain of it, is not read. All such nodes are reported at once, each with the nearest that is read. `gatefold inspect` lists every node of the model.",
  "onnx/unread-attribute":
    "A node has attributes that its operator does not define, or that change nothing here. They are ignored, and said so in case one of them was meant to matter.",
  "onnx/unsupported-dtype":
    "A tensor has an element type that no circuit computes with: strings, complex numbers, 8-bit floats.",
  "onnx/unsupported-form":
    "The operator is read, but not in the form that this node has: an attribute value, an input that has to be constant, a layout. The message says which, and the hint what to change at export.",
  "onnx/zero-scale":
    "A quantizer divides by a scale of zero, most often because a channel died in training. Any positive scale gives the same result for a dead channel.",
};
