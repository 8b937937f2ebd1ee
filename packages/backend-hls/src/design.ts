import {
  beatBits,
  beatCount,
  Constant,
  type Graph,
  type InterfaceTable,
  type Op,
  Return,
  type StreamType,
  type Value,
} from "@gatefold/core";
import type { CArray, CExpr, CFile, CFunction, CStatement, CStruct } from "./cpp/ast.js";
import { call, name as cName, own, streamOf, type } from "./cpp/ast.js";
import { type HlsCall, HlsKernel } from "./hls-kernel.js";

/** One AXI4-Stream port of the top. */
export interface HlsPort {
  readonly name: string;
  readonly type: StreamType;
  readonly beatsPerFrame: number;
  /** TDATA width: the beat, padded to bytes. */
  readonly tdataBits: number;
}

/** A stream of the top that carries what a kernel gives. */
export interface HlsStream {
  /** Its name in the top and in a trace; a port's where the kernel writes that itself. */
  readonly net: string;
  /** The kernel's name as `namedKernels` gives it. */
  readonly kernel: string;
  /** Which of its results. */
  readonly result: number;
}

export interface HlsLegal {
  readonly inputs: readonly HlsPort[];
  readonly outputs: readonly HlsPort[];
  /** Streams between kernels, and those to the outputs, in the order of the graph. */
  readonly nets: readonly HlsStream[];
  readonly declaration: CFunction;
  readonly definition: CFunction;
  /** Headers that the definition needs: of the library, and of the constants and circuits. */
  readonly includes: readonly string[];
  /** Headers of constants and circuits, by name. */
  readonly files: ReadonlyMap<string, CFile | string>;
}

/** Room of a stream between two kernels. */
const streamDepth = 2;

/**
 * Room beyond a FIFO's own: pipelines of high-level synthesis are deeper by some cycles than those the depths were
 * computed for.
 */
const slackBeats = 16;

function portsOf(values: readonly Value[], side: "s_axis" | "m_axis"): HlsPort[] {
  return values.map((value, i) => {
    const type = value.type as StreamType;
    return {
      name: values.length === 1 ? side : `${side}_${i}`,
      type,
      beatsPerFrame: beatCount(type),
      tdataBits: Math.ceil(beatBits(type) / 8) * 8,
    };
  });
}

/** Turns a graph of kernels into a top function and the headers of its constants. */
export class HlsBuilder {
  readonly #top: string;
  readonly #interfaces: InterfaceTable;
  readonly #nameOf: (op: Op) => string;
  readonly #body: CStatement[] = [];
  readonly #nets: HlsStream[] = [];
  readonly #includes = new Set<string>();
  readonly #files = new Map<string, CFile | string>();
  /** What a value that is another one's wires stands for. */
  readonly #roots = new Map<Value, Value>();
  /** Beats that FIFOs add to a stream. */
  readonly #depths = new Map<Value, number>();
  readonly #streams = new Map<Value, string>();

  constructor(top: string, nameOf: (op: Op) => string, interfaces: InterfaceTable) {
    this.#top = top;
    this.#nameOf = nameOf;
    this.#interfaces = interfaces;
  }

  build(graph: Graph): HlsLegal {
    const inputs = portsOf(graph.inputs, "s_axis");
    const outputs = portsOf(graph.outputs, "m_axis");
    const ops = [...graph.ops()].filter((op) => !Constant.is(op) && !Return.is(op));
    const calls = new Map(ops.flatMap((op) => this.#callOf(op)));
    for (const { name: port } of [...inputs, ...outputs]) this.#pragma("INTERFACE", ["axis"], { port });
    this.#pragma("INTERFACE", ["ap_ctrl_none"], { port: "return" });
    this.#pragma("DATAFLOW");
    graph.inputs.forEach((value, i) => {
      this.#enter(value, inputs[i]!);
    });
    graph.outputs.forEach((value, i) => {
      this.#claim(value, outputs[i]!, graph);
    });
    for (const [op, made] of calls) this.#kernel(op, made);
    graph.outputs.forEach((value, i) => {
      this.#leave(value, outputs[i]!);
    });
    const head: CFunction = {
      kind: "function",
      name: this.#top,
      returns: type("void"),
      parameters: [...inputs, ...outputs].map(({ name, tdataBits }) => ({
        name,
        type: streamOf(tdataBits),
        by: "reference",
      })),
    };
    return {
      inputs,
      outputs,
      nets: this.#nets,
      declaration: { ...head, comment: "One frame." },
      definition: { ...head, body: this.#body },
      includes: [...this.#includes].sort(),
      files: this.#files,
    };
  }

  /** The call of an op; none for wires, which are noted. */
  #callOf(op: Op): readonly (readonly [Op, HlsCall])[] {
    const made = this.#interfaces.get(op.def, HlsKernel)!.call(op);
    if (made !== "wires" && "function" in made) return [[op, made]];
    const from = this.#root(op.operand(0));
    this.#roots.set(op.result(), from);
    if (made !== "wires") this.#depths.set(from, (this.#depths.get(from) ?? 0) + made.depth);
    return [];
  }

  #root(value: Value): Value {
    return this.#roots.get(value) ?? value;
  }

  /** A top input as an internal stream, where its padding goes or a FIFO follows; else as it is. */
  #enter(value: Value, port: HlsPort): void {
    const widthBits = beatBits(port.type);
    if (widthBits === port.tdataBits && !this.#depths.has(value)) {
      this.#streams.set(value, port.name);
      return;
    }
    const inner = this.#declare(value, port.name.replace("s_axis", "in"));
    this.#resize(port, port.tdataBits, widthBits, port.name, inner);
  }

  /** A top output that its kernel can write itself. */
  #claim(value: Value, port: HlsPort, graph: Graph): void {
    const root = this.#root(value);
    const isOwn = !graph.inputs.includes(root) && !this.#depths.has(root) && !this.#streams.has(root);
    if (isOwn && beatBits(port.type) === port.tdataBits) this.#streams.set(root, port.name);
  }

  #leave(value: Value, port: HlsPort): void {
    const from = this.#streams.get(this.#root(value))!;
    if (from !== port.name) this.#resize(port, beatBits(port.type), port.tdataBits, from, port.name);
  }

  #resize(port: HlsPort, fromBits: number, toBits: number, from: string, to: string): void {
    this.#includes.add("gatefold/plumbing.hpp");
    const resize = own("resize", fromBits, toBits, port.beatsPerFrame);
    this.#body.push({ kind: "expression", value: call(resize, cName(from), cName(to)) });
  }

  #kernel(op: Op, made: HlsCall): void {
    const kernel = this.#nameOf(op).toLowerCase();
    const layer = op.loc.node === undefined ? "" : ` (${op.loc.node})`;
    this.#body.push({ kind: "comment", text: `${kernel}${layer}` });
    const streams = op.operands
      .filter((v) => v.type.kind === "stream")
      .map((v) => this.#streams.get(this.#root(v))!);
    const results = op.results.map(
      (v, i) => this.#streams.get(v) ?? this.#declare(v, op.results.length === 1 ? kernel : `${kernel}_${i}`),
    );
    results.forEach((net, result) => {
      this.#nets.push({ net, kernel: this.#nameOf(op), result });
    });
    const constants = (made.constants ?? []).map((array): CArray => {
      return { ...array, name: `${kernel}_${array.name}` };
    });
    const circuit: CStruct[] = made.circuit
      ? [{ ...made.circuit, kind: "struct", name: `${kernel}_circuit` }]
      : [];
    this.#includes.add(made.header);
    if (made.source !== undefined) this.#files.set(made.header, made.source);
    this.#header(constants.length > 0 ? `weights_${kernel}` : `circuit_${kernel}`, [
      ...constants,
      ...circuit,
    ]);
    const template = [...circuit.map((c) => type(c.name)), ...made.template];
    const args = [...streams, ...results, ...constants.map((c) => c.name)].map(cName);
    this.#body.push({ kind: "expression", value: call(type(made.function, ...template), ...args) });
  }

  /** A header with what a kernel alone uses. */
  #header(file: string, items: readonly (CArray | CStruct)[]): void {
    if (items.length === 0) return;
    this.#files.set(`${file}.hpp`, {
      comment: [`${file}: generated by Gatefold.`],
      guard: `${file}_hpp`.toUpperCase(),
      includes: [
        { path: items.some((i) => i.kind === "struct") ? "gatefold/circuit.hpp" : "gatefold/elem.hpp" },
      ],
      items,
    });
    this.#includes.add(`${file}.hpp`);
  }

  /** A stream of the top's own, with room for what FIFOs ask for. */
  #declare(value: Value, stream: string): string {
    const text: CExpr = { kind: "string", text: stream };
    const extra = this.#depths.get(value);
    const depth = streamDepth + (extra === undefined ? 0 : extra + slackBeats);
    this.#body.push({
      kind: "declaration",
      type: streamOf(beatBits(value.type as StreamType)),
      name: stream,
      args: [text],
    });
    this.#pragma("STREAM", [], { variable: stream, depth });
    this.#streams.set(value, stream);
    return stream;
  }

  #pragma(
    directive: string,
    words: readonly string[] = [],
    settings: Readonly<Record<string, string | number>> = {},
  ): void {
    this.#body.push({ kind: "pragma", directive, words, settings });
  }
}
