import { type Diagnostic, diagnostic, type Location } from "@gatefold/core";

// All the words that this package says, sorted by code.

const list = (names: readonly string[]): string => names.map((n) => `\`${n}\``).join(", ");
const shapeText = (dims: readonly (number | string)[]): string => `[${dims.join(", ")}]`;

/** One that FINN annotated with an integer datatype, of which the import makes no use by itself. */
export const annotatedInput = (
  input: string,
  datatype: string,
  encoding: string,
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/annotated-input",
    `Input \`${input}\` is annotated ${datatype} and is read as real numbers.`,
    {
      loc,
      severity: "note",
      hint: `give --input ${input}:${encoding} to read integer codes`,
    },
  );

export const badDim = (name: string, value: number, loc: Location): Diagnostic =>
  diagnostic("onnx/bad-dim", `Dimension \`${name}\` is set to ${value}.`, {
    loc,
    hint: "give a whole number from 1",
  });

export const badEncoding = (text: string, reason: string): Diagnostic =>
  diagnostic("onnx/bad-encoding", `Input encoding \`${text}\`: ${reason}.`, {
    hint: "write [name:]type[:scale=number,zp=number], e.g. x:uint8:scale=1/255,zp=0",
  });

/** A node that a handler knows and whose form it refuses; `reason` is a clause about the node. */
export const badForm = (op: string, reason: string, loc: Location, hint?: string): Diagnostic =>
  diagnostic("onnx/unsupported-form", `\`${op}\` ${reason}.`, {
    loc,
    ...(hint === undefined ? {} : { hint }),
  });

export const cannotExport = (nodes: readonly string[], file: string | undefined): Diagnostic =>
  diagnostic(
    "onnx/cannot-export",
    `${nodes.length} ${nodes.length === 1 ? "op has" : "ops have"} no ONNX form.`,
    {
      loc: file === undefined ? {} : { file },
      notes: nodes,
      hint: "export before lowering, or give an export handler for these ops",
    },
  );

export const cycle = (nodes: readonly string[], loc: Location): Diagnostic =>
  diagnostic(
    "onnx/cycle",
    `${nodes.length} nodes read each other in a cycle: ${nodes.map((n) => `\`${n}\``).join(" → ")}.`,
    {
      loc,
      hint: "export the model again; an ONNX graph has no cycles",
    },
  );

export const duplicateValue = (value: string, makers: readonly string[], loc: Location): Diagnostic =>
  diagnostic(
    "onnx/duplicate-value",
    `Value \`${value}\` is made ${makers.length} times: ${makers.join(", ")}.`,
    {
      loc,
      hint: "rename the outputs so that each value has one definition",
    },
  );

export const dynamicShape = (
  input: string,
  shape: readonly (number | string)[],
  axes: readonly { readonly axis: number; readonly key: string }[],
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/dynamic-shape",
    `Input \`${input}\` has shape ${shapeText(shape)}, and only its first dimension may be open.`,
    {
      loc,
      notes: axes.map(({ axis, key }) => `dimension ${axis} is \`${key}\``),
      hint: `give a size, e.g. ${axes.map(({ key }) => `--dim ${key}=32`).join(" ")}`,
    },
  );

export const encodingMismatch = (
  name: string | undefined,
  inputs: readonly string[],
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/encoding-input",
    name === undefined
      ? `An input encoding without a name needs a network of one input, and this one has ${inputs.length}.`
      : `An input encoding names \`${name}\`, which is no input of the network.`,
    { loc, hint: `name one of ${list(inputs)}` },
  );

export const encodingType = (input: string, elem: string, loc: Location): Diagnostic =>
  diagnostic(
    "onnx/encoding-type",
    `Input \`${input}\` is ${elem}, and only a real input takes an encoding.`,
    {
      loc,
      hint: "leave the encoding out; the input is integer codes already",
    },
  );

export const externalEscape = (tensor: string, location: string, loc: Location): Diagnostic =>
  diagnostic(
    "onnx/external-escape",
    `Tensor \`${tensor}\` lies in \`${location}\`, outside the model's folder.`,
    {
      loc,
      hint: "keep external data beside the model, with a relative path",
    },
  );

export const externalMissing = (
  tensor: string,
  location: string,
  reason: string,
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/external-missing",
    `Tensor \`${tensor}\` lies in \`${location}\`, which cannot be read: ${reason}.`,
    {
      loc,
      hint: "put the external data file beside the model and import the model by its path",
    },
  );

export const externalRange = (tensor: string, location: string, reason: string, loc: Location): Diagnostic =>
  diagnostic("onnx/external-range", `Tensor \`${tensor}\` in \`${location}\`: ${reason}.`, {
    loc,
    hint: "export the model again; the external data does not fit it",
  });

export const missingInput = (op: string, value: string, loc: Location): Diagnostic =>
  diagnostic("onnx/missing-input", `\`${op}\` reads \`${value}\`, which nothing makes.`, {
    loc,
    hint: "export the model again; every value needs a node, an initializer or a graph input",
  });

export const missingOutput = (value: string, loc: Location): Diagnostic =>
  diagnostic("onnx/missing-output", `Nothing makes the graph output \`${value}\`.`, {
    loc,
    hint: "export the model again; every output needs a node, an initializer or a graph input",
  });

export const noOutputs = (loc: Location): Diagnostic =>
  diagnostic("onnx/no-outputs", "The graph has no outputs.", {
    loc,
    hint: "name the network's results as graph outputs",
  });

export const noShape = (input: string, loc: Location): Diagnostic =>
  diagnostic("onnx/no-shape", `Input \`${input}\` has no shape.`, {
    loc,
    hint: "export the model with a fixed input shape",
  });

export const nonFinite = (
  tensor: string,
  value: number,
  index: readonly number[],
  loc: Location,
): Diagnostic =>
  diagnostic("onnx/non-finite", `Constant \`${tensor}\` holds ${value} at ${shapeText(index)}.`, {
    loc,
    hint: "train again or repair the weights; no circuit computes with NaN or infinity",
  });

export const notATensor = (input: string, loc: Location): Diagnostic =>
  diagnostic("onnx/not-a-tensor", `Input \`${input}\` is no tensor.`, {
    loc,
    hint: "export the model with tensors as inputs; sequences, maps and optionals have no circuit",
  });

export const notFound = (path: string, reason: string): Diagnostic =>
  diagnostic("onnx/not-found", `The model cannot be read: ${reason}.`, {
    loc: { file: path },
    hint: "check the path",
  });

export const notOnnx = (what: string, loc: Location): Diagnostic =>
  diagnostic("onnx/not-onnx", `The file is not an ONNX model: ${what}.`, {
    loc,
    hint: "give a .onnx file, as torch.onnx.export, Brevitas or QKeras write it",
  });

export const opsetMissing = (domain: string, loc: Location): Diagnostic =>
  diagnostic("onnx/opset-missing", `The model imports no operator set \`${domain || "ai.onnx"}\`.`, {
    loc,
    hint: "export the model again; opset_import names the version of every operator domain",
  });

export const opsetRange = (version: number, min: number, max: number, loc: Location): Diagnostic =>
  diagnostic("onnx/opset-range", `The model uses opset ${version}, and opsets ${min} to ${max} are read.`, {
    loc,
    hint:
      version < min
        ? `convert it: onnx.version_converter.convert_version(model, 13)`
        : `export it with opset_version=${max} or less`,
  });

export const outputCount = (op: string, found: number, made: number, loc: Location): Diagnostic =>
  diagnostic("onnx/output-count", `\`${op}\` names ${found} outputs and has ${made}.`, {
    loc,
    hint: "export the model again; the node does not fit its operator",
  });

export const overLimit = (what: string, dims: readonly number[], limit: number, loc: Location): Diagnostic =>
  diagnostic("onnx/too-large", `The shape ${shapeText(dims)} of ${what} is beyond ${limit} elements.`, {
    loc,
    hint: "check the shape; raise the limit with the option maxElements if it is right",
  });

export const scaleSign = (op: string, what: "zero" | "negative", loc: Location): Diagnostic =>
  diagnostic(
    `onnx/${what}-scale`,
    what === "zero"
      ? `\`${op}\` divides by a scale of zero.`
      : `\`${op}\` quantizes an activation with a negative scale.`,
    {
      loc,
      hint:
        what === "zero"
          ? "train again or repair the scale; a dead channel needs any positive scale"
          : "use a positive scale; only weights may have negative scales",
    },
  );

export const sparse = (tensor: string, loc: Location): Diagnostic =>
  diagnostic("onnx/sparse-tensor", `Initializer \`${tensor}\` is a sparse tensor.`, {
    loc,
    hint: "store it dense",
  });

export const subgraph = (op: string, attribute: string, loc: Location): Diagnostic =>
  diagnostic(
    "onnx/subgraph",
    `\`${op}\` runs the subgraph \`${attribute}\`, and circuits have no control flow.`,
    {
      loc,
      hint: "export the model with the branch or loop unrolled, e.g. torch.jit.trace instead of script",
    },
  );

export const tensorSize = (
  tensor: string,
  dims: readonly number[],
  dtype: string,
  needed: string,
  found: number,
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/tensor-size",
    `Tensor \`${tensor}\` of ${dtype} has shape ${shapeText(dims)}, which needs ${needed}, and holds ${found}.`,
    { loc, hint: "export the model again; the tensor's data does not fit its shape" },
  );

export const truncated = (expected: number, found: number, loc: Location): Diagnostic =>
  diagnostic(
    "onnx/truncated",
    `The file ends early: ${expected} bytes are announced and ${found} are there.`,
    {
      loc,
      hint: "copy or download the file again",
    },
  );

export const typeMismatch = (op: string, reason: string, loc: Location): Diagnostic =>
  diagnostic("onnx/type-mismatch", `\`${op}\`: ${reason}.`, {
    loc,
    hint: "check the shapes of the node's inputs in the exported model",
  });

export const unknownDim = (name: string, known: readonly string[], loc: Location): Diagnostic =>
  diagnostic("onnx/unknown-dim", `\`${name}\` is no open dimension of the network's inputs.`, {
    loc,
    hint: known.length > 0 ? `name one of ${list(known)}` : "leave it out; every dimension is fixed",
  });

/** `nearest` says what is read instead. */
export const unknownOp = (
  op: string,
  domain: string,
  opset: number | undefined,
  reason: string,
  nearest: string | undefined,
  loc: Location,
): Diagnostic =>
  diagnostic(
    "onnx/unknown-op",
    `\`${op}\` of ${domain || "ai.onnx"}${opset === undefined ? "" : ` ${opset}`} ${reason}.`,
    {
      loc,
      hint: nearest ?? "export the model without it, or give an import handler for it",
    },
  );

export const unreadAttribute = (op: string, names: readonly string[], loc: Location): Diagnostic =>
  diagnostic("onnx/unread-attribute", `\`${op}\` has attributes that change nothing here: ${list(names)}.`, {
    loc,
    severity: "warning",
  });

export const unsupportedDtype = (what: string, dtype: string, loc: Location): Diagnostic =>
  diagnostic("onnx/unsupported-dtype", `The element type of ${what} is ${dtype}.`, {
    loc,
    hint: "use floats, integers or booleans; strings, complex numbers and 8-bit floats have no circuit",
  });
