import { type AnyOpDef, defineInterface, type InterfaceTable, type OpInterface } from "@gatefold/core";
import type { OnnxHandler } from "./handler.js";

/** The handlers that read an op's ONNX forms. */
export type OnnxHandlers = readonly OnnxHandler[];

/** The ONNX nodes that become an op. An op of a stranger brings its own handlers so, and needs no option for it. */
export const OnnxImport: OpInterface<OnnxHandlers> = defineInterface<OnnxHandlers>("onnx.import");

/** The handlers that the ops of a compiler's plugins bring, in the order of the plugins. */
export function broughtHandlers(
  ops: ReadonlyMap<string, AnyOpDef>,
  interfaces: InterfaceTable,
): readonly OnnxHandler[] {
  return [...ops.values()].flatMap((def) => interfaces.get(def, OnnxImport) ?? []);
}
