import {
  Constant,
  type Diagnostic,
  elemInfo,
  Graph,
  isFloat,
  type Location,
  type Module,
  tensor,
  tensorFrom,
  type Value,
} from "@gatefold/core";
import { Dequantize, Quantize } from "@gatefold/dialect-nn";
import { encodingMismatch, encodingType } from "./diagnostics.js";
import type { InputEncoding } from "./input-encoding.js";

/**
 * Makes the encoded inputs of `main` integer codes, dequantized at its start, and puts the quantizers that make the
 * codes from real inputs into `head`. Inputs without an encoding pass through the head.
 */
export function encodeInputs(
  module: Module,
  encodings: readonly InputEncoding[],
  file: Location,
): readonly Diagnostic[] {
  const { main } = module;
  const names = main.inputs.map((v) => v.name ?? "");
  const chosen = new Map<Value, InputEncoding>();
  const found: Diagnostic[] = [];
  for (const encoding of encodings) {
    const input =
      encoding.name === undefined && names.length === 1
        ? main.inputs[0]
        : main.inputs.find((v) => v.name === encoding.name);
    if (!input) found.push(encodingMismatch(encoding.name, names, file));
    else if (!isFloat(input.type.elem)) found.push(encodingType(input.name ?? "", input.type.elem, file));
    else chosen.set(input, encoding);
  }
  if (found.length > 0 || chosen.size === 0) return found;
  const head = new Graph("head");
  const codes = main.inputs.map((input) => {
    const real = head.addInput(input.type, input.name);
    const encoding = chosen.get(input);
    return encoding ? quantizeInput(head, real, encoding, file) : real;
  });
  head.setOutputs(codes, file);
  module.head = head;
  for (const [input, encoding] of chosen) dequantizeInput(main, input, encoding, file);
  return found;
}

function quantizeInput(head: Graph, real: Value, encoding: InputEncoding, file: Location): Value {
  const { elem, scale, zeroPoint } = encoding;
  const { min, max } = elemInfo(elem);
  const init = { loc: { ...file, node: real.name ?? "input" } };
  const parameters = [scale, zeroPoint, min, max].map((v) =>
    Constant.build(head, [], { value: tensorFrom(real.type.elem, [], [v]) }, init),
  );
  return Quantize.build(
    head,
    [real, ...parameters],
    { elem, rounding: "ROUND" },
    { ...init, names: [real.name] },
  );
}

function dequantizeInput(main: Graph, input: Value, encoding: InputEncoding, file: Location): void {
  const realElem = input.type.elem;
  const before = main.ops().next().value;
  const init = { loc: { ...file, node: input.name ?? "input" }, before };
  const parameters = [encoding.scale, encoding.zeroPoint].map((v) =>
    Constant.build(main, [], { value: tensorFrom(realElem, [], [v]) }, init),
  );
  const readers = [...input.uses];
  main.setType(input, tensor(encoding.elem, input.type.shape));
  const real = Dequantize.build(main, [input, ...parameters], {}, init);
  for (const { op, index } of readers) main.setOperand(op, index, real);
}
