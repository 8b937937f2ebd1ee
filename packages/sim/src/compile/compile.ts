import { type Bits, wordCount } from "../netlist/bits.js";
import type { Model, Node, Signal } from "../netlist/model.js";
import { Code, op } from "../wasm/code.js";
import { ModuleBuilder } from "../wasm/module.js";
import { Emitter, wholeSignal } from "./emitter.js";
import { addHelpers, type Helpers } from "./helpers.js";
import { orderSteps, readSignals } from "./order.js";

/**
 * What one module computes. `"fast"`: all that registers, memories and outputs need, keeping values in local variables where it can.
 * `"full"`: every wire, left in memory for a look at it.
 */
export type Variant = "fast" | "full";

/** Words that one function may read; beyond this, compiling it well takes V8 too long. */
const functionWords = 12000;

/**
 * Compiles a model to a WebAssembly module with `eval()`, which computes all wires and the next states from states and inputs, `edge()`,
 * which takes over the next states and writes the memories, and `step(cycles)`, which does both so many times.
 */
export function compileModel(model: Model, variant: Variant): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const helpers = addHelpers(module);
  const sinks = model.nodes.filter((node) => node.defines.length === 0);
  const roots = [...sinks, ...model.edges, ...(variant === "full" ? model.nodes : [])];
  const edges = new Set(model.edges);
  const steps = orderSteps(model, roots).filter((node) => !edges.has(node));
  const groups = group(steps);
  const stored = variant === "full" ? undefined : storedSignals(model, groups);
  const isStored = (signal: Signal): boolean => stored?.has(signal.index) ?? true;

  const parts = [...groups].map((nodes) =>
    module.add(emitSteps(new Code(), model, helpers, isStored, nodes)),
  );
  const evaluate = new Code();
  for (const part of parts) evaluate.call(part);
  const evalIndex = module.add(evaluate, "eval");
  const edgeIndex = module.add(edgeFunction(model, helpers), "edge");
  module.add(stepFunction(evalIndex, edgeIndex), "step");
  return module.build();
}

function emitSteps(
  code: Code,
  model: Model,
  helpers: Helpers,
  isStored: (signal: Signal) => boolean,
  nodes: readonly Node[],
): Code {
  const emitter = new Emitter(code, model, helpers, isStored);
  for (const node of nodes) {
    node.emit(emitter);
    emitter.endStep();
  }
  return code;
}

function edgeFunction(model: Model, helpers: Helpers): Code {
  const code = emitSteps(new Code(), model, helpers, () => true, model.edges);
  if (model.stateBytes === 0) return code;
  return code
    .i32(model.stateStart)
    .i32(model.stateStart + model.stateBytes)
    .i32(model.stateBytes)
    .memoryCopy();
}

function stepFunction(evalIndex: number, edgeIndex: number): Code {
  const code = new Code(["i32"]);
  code.block().loop().get(0).op(op.i32Eqz).brIf(1).call(evalIndex).call(edgeIndex);
  return code.get(0).i32(1).op(op.i32Sub).set(0).br(0).end().end();
}

/** Cuts the sequence of steps into functions. */
function group(steps: readonly Node[]): readonly (readonly Node[])[] {
  const groups: Node[][] = [];
  let room = 0;
  for (const node of steps) {
    if (room <= 0) {
      groups.push([]);
      room = functionWords;
    }
    groups.at(-1)?.push(node);
    room -= 2 + sum(node.reads) + sum(node.defines.map((s) => new Array<number>(s.widthBits)));
  }
  return groups;
}

function sum(vectors: readonly Bits[]): number {
  return vectors.reduce((words, bits) => words + wordCount(bits.length), 0);
}

/** Wires that a function other than their own reads, or that a step wants in memory. */
function storedSignals(model: Model, groups: readonly (readonly Node[])[]): ReadonlySet<number> {
  const home = new Map<number, number>();
  groups.forEach((nodes, g) => {
    for (const node of nodes) for (const signal of node.defines) home.set(signal.index, g);
  });
  const stored = new Set<number>();
  const note = (node: Node, g: number): void => {
    for (const index of readSignals(model, node)) if (home.get(index) !== g) stored.add(index);
    for (const bits of node.pointers) {
      const signal = wholeSignal(model, bits);
      if (signal !== undefined) stored.add(signal.index);
    }
  };
  groups.forEach((nodes, g) => {
    for (const node of nodes) note(node, g);
  });
  for (const node of model.edges) note(node, -1);
  return stored;
}
