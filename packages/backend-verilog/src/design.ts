import {
  beatBits,
  beatCount,
  Constant,
  defineFact,
  type Fact,
  type Graph,
  type InterfaceTable,
  type Op,
  Return,
  type StreamType,
  type Value,
} from "@gatefold/core";
import { Netlist } from "@gatefold/dialect-hw";
import { concat, constant, net, slice, type VExpr, type VItem, type VModule, zero } from "./ast.js";
import { addressBits, type Storage, storage } from "./storage.js";
import { beatBytes } from "./stream-layout.js";
import { type MemoryPort, type VerilogInstance, VerilogKernel, type VerilogStyle } from "./verilog-kernel.js";
import { axiLitePorts, type WeightPort } from "./weight-port.js";
import { type WritableMemory, weightPort } from "./weight-windows.js";

/** One AXI4-Stream port of the top. */
export interface StreamPort {
  /** Ports `<prefix>_tdata`, `_tvalid`, `_tready`. */
  readonly prefix: string;
  readonly name: string;
  readonly type: StreamType;
  readonly beatsPerFrame: number;
  /** TDATA width: the beat, padded to bytes. */
  readonly tdataBits: number;
}

/** One kernel as instantiated. */
export interface InstanceSummary {
  readonly instance: string;
  readonly module: string;
  readonly op: Op;
}

/** The nets of the top that carry what a kernel gives: `<net>_tdata`, `_tvalid`, `_tready`. */
export interface StreamNet {
  readonly net: string;
  /** The kernel's name as `namedKernels` gives it. */
  readonly kernel: string;
  /** Which of its results. */
  readonly result: number;
}

/** What the emitted Verilog is, for simulators, synthesis and drivers. */
export interface VerilogDesign {
  readonly top: string;
  readonly clock: "aclk";
  /** Synchronous, active low. */
  readonly resetN: "aresetn";
  readonly inputs: readonly StreamPort[];
  readonly outputs: readonly StreamPort[];
  readonly instances: readonly InstanceSummary[];
  /** Streams between kernels, and those to the outputs, in the order of the graph. */
  readonly streams: readonly StreamNet[];
  /** Cycles without a beat on any port after which something is wrong: the latencies of all kernels together. */
  readonly patienceCycles: number;
  /** Verilog sources in the output, top last, and memory files beside them. */
  readonly sources: readonly string[];
  readonly memories: readonly string[];
  /** Where weights are written; absent where they are constants. */
  readonly weights?: WeightPort;
}

export const verilogDesign: Fact<VerilogDesign> = defineFact<VerilogDesign>("verilog.design");

export interface DesignOptions {
  readonly top: string;
  /** Memory contents as `.mem` files beside the sources, or in the sources. A memory of one word is a constant in the top. */
  readonly memories: "files" | "inline";
  readonly ramStyle: "auto" | "block" | "distributed";
  readonly multipliers: "auto" | "logic";
  readonly luts: VerilogStyle["luts"];
  readonly weights: "constant" | "writable";
  /** Which kernel an op is, for instance names. */
  readonly nameOf: (op: Op) => string;
}

/** A top, the modules that are written for it alone, and what it needs besides. */
export interface LegalDesign {
  readonly modules: readonly VModule[];
  readonly ownSources: ReadonlyMap<string, string>;
  readonly usedModules: ReadonlySet<string>;
  readonly memoryFiles: ReadonlyMap<string, string>;
  readonly inputs: readonly StreamPort[];
  readonly outputs: readonly StreamPort[];
  readonly instances: readonly InstanceSummary[];
  readonly streams: readonly StreamNet[];
  readonly weights: WeightPort | undefined;
  /** Kernels whose weights are constants although writable ones were asked for, and why. */
  readonly constantWeights: readonly ConstantWeights[];
}

export interface ConstantWeights {
  readonly op: Op;
  readonly name: string;
  readonly why: string;
}

const wires = (
  prefix: string,
): { readonly data: string; readonly valid: string; readonly ready: string } => ({
  data: `${prefix}_tdata`,
  valid: `${prefix}_tvalid`,
  ready: `${prefix}_tready`,
});

function ports(values: readonly Value[], side: "s_axis" | "m_axis"): StreamPort[] {
  return values.map((value, i) => {
    const type = value.type as StreamType;
    return {
      prefix: values.length === 1 ? side : `${side}_${i}`,
      name: value.name ?? `${side}_${i}`,
      type,
      beatsPerFrame: beatCount(type),
      tdataBits: beatBytes(type) * 8,
    };
  });
}

/** Turns a graph of kernels into modules. Throws `TypeError` for an op without a Verilog form. */
export class DesignBuilder {
  readonly #options: DesignOptions;
  readonly #interfaces: InterfaceTable;
  readonly #items: VItem[] = [];
  readonly #modules: VModule[] = [];
  readonly #own = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #memories = new Map<string, string>();
  readonly #instances: InstanceSummary[] = [];
  readonly #streams: StreamNet[] = [];
  readonly #writable: WritableMemory[] = [];
  readonly #constant: ConstantWeights[] = [];
  /** Prefix of the nets that carry a value. */
  readonly #nets = new Map<Value, string>();

  constructor(options: DesignOptions, interfaces: InterfaceTable) {
    this.#options = options;
    this.#interfaces = interfaces;
  }

  build(graph: Graph): LegalDesign {
    const inputs = ports(graph.inputs, "s_axis");
    const outputs = ports(graph.outputs, "m_axis");
    graph.inputs.forEach((value, i) => {
      this.#enter(value, inputs[i]!);
    });
    for (const op of graph.ops()) if (!Constant.is(op) && !Return.is(op)) this.#kernel(op);
    const weights = this.#weightPort();
    graph.outputs.forEach((value, i) => {
      this.#leave(value, outputs[i]!);
    });
    const { top } = this.#options;
    this.#modules.push({
      name: top,
      comment: [
        `${top}: generated by Gatefold.`,
        "Streams are AXI4-Stream; lane 0 of a beat stands in its low bits.",
      ],
      ports: [
        { direction: "input", name: "aclk", widthBits: 1 },
        { direction: "input", name: "aresetn", widthBits: 1 },
        ...inputs.flatMap(({ prefix, tdataBits }) => streamPort(prefix, tdataBits, "input")),
        ...outputs.flatMap(({ prefix, tdataBits }) => streamPort(prefix, tdataBits, "output")),
        ...(weights ? axiLitePorts(weights) : []),
      ],
      items: this.#items,
    });
    return {
      modules: this.#modules,
      ownSources: this.#own,
      usedModules: this.#used,
      memoryFiles: this.#memories,
      inputs,
      outputs,
      instances: this.#instances,
      streams: this.#streams,
      weights,
      constantWeights: this.#constant,
    };
  }

  /** A top input's beat without its padding. */
  #enter(value: Value, { prefix, type, tdataBits }: StreamPort): void {
    const widthBits = beatBits(type);
    const name = this.#declare(value, prefix === "s_axis" ? "in" : prefix.replace("s_axis", "in"));
    const [from, to] = [wires(prefix), wires(name)];
    const data = tdataBits === widthBits ? net(from.data) : slice(from.data, 0, widthBits);
    this.#assign(to.data, data);
    this.#assign(to.valid, net(from.valid));
    this.#assign(from.ready, net(to.ready));
    if (tdataBits > widthBits) {
      this.#items.push({ kind: "wire", name: `${name}_padding`, widthBits: tdataBits - widthBits });
      this.#assign(`${name}_padding`, slice(from.data, widthBits, tdataBits - widthBits));
    }
  }

  #leave(value: Value, { prefix, type, tdataBits }: StreamPort): void {
    const from = wires(this.#net(value));
    const to = wires(prefix);
    const padding = tdataBits - beatBits(type);
    this.#items.push({ kind: "comment", text: `Output ${value.name ?? ""}`.trimEnd() });
    this.#assign(to.data, padding === 0 ? net(from.data) : concat(zero(padding), net(from.data)));
    this.#assign(to.valid, net(from.valid));
    this.#assign(from.ready, net(to.ready));
  }

  #kernel(op: Op): void {
    const model = this.#interfaces.get(op.def, VerilogKernel);
    if (!model) throw new TypeError(`\`${op.def.name}\` has no Verilog form`);
    const { top, multipliers, luts, nameOf } = this.#options;
    const name = nameOf(op).toLowerCase();
    const instance = model.instance(op, { multipliers, luts, module: `${top}_${name}` });
    if (instance === "wires") {
      this.#nets.set(op.result(), this.#net(op.operand(0)));
      return;
    }
    const layer = op.loc.node === undefined ? "" : ` (${op.loc.node})`;
    this.#items.push({ kind: "comment", text: `${name}${layer}` });
    if (instance.source !== undefined) this.#own.set(instance.module, instance.source);
    this.#used.add(instance.module);
    const streams: Record<string, VExpr | undefined> = { aclk: net("aclk"), aresetn: net("aresetn") };
    const inputs = op.operands.filter((v) => v.type.kind === "stream");
    inputs.forEach((v, i) => {
      this.#connect(streams, axis("s_axis", i, inputs.length), this.#net(v));
    });
    const outputs = op.results.map((v, i) =>
      this.#declare(v, op.results.length === 1 ? name : `${name}_${i}`),
    );
    outputs.forEach((wire, result) => {
      this.#streams.push({ net: wire, kernel: nameOf(op), result });
    });
    if (instance.packedOutputs) this.#connectPacked(streams, outputs);
    else {
      outputs.forEach((wire, i) => {
        this.#connect(streams, axis("m_axis", i, outputs.length), wire);
      });
    }
    for (const port of instance.open ?? []) streams[port] = undefined;
    if (this.#options.weights === "writable" && Netlist.is(op))
      this.#constant.push({ op, name: nameOf(op), why: "it is a spatial circuit" });
    for (const port of instance.memories ?? []) this.#memory(name, port, streams, op);
    if (instance.laneMemories) this.#laneMemories(name, instance, streams);
    this.#items.push({
      kind: "instance",
      module: instance.module,
      name: `${name}_kernel`,
      parameters: instance.parameters,
      connections: streams,
    });
    this.#instances.push({ instance: `${name}_kernel`, module: instance.module, op });
  }

  #connect(streams: Record<string, VExpr | undefined>, port: string, wire: string): void {
    const [p, w] = [wires(port), wires(wire)];
    streams[p.data] = net(w.data);
    streams[p.valid] = net(w.valid);
    streams[p.ready] = net(w.ready);
  }

  /** Connects all outputs to one set of ports, output 0 in the low bits. */
  #connectPacked(streams: Record<string, VExpr | undefined>, outputs: readonly string[]): void {
    const port = wires("m_axis");
    const all = [...outputs].reverse().map(wires);
    streams[port.data] = concat(...all.map((w) => net(w.data)));
    streams[port.valid] = concat(...all.map((w) => net(w.valid)));
    streams[port.ready] = concat(...all.map((w) => net(w.ready)));
  }

  #memory(
    kernel: string,
    { memory, prefix }: MemoryPort,
    streams: Record<string, VExpr | undefined>,
    op: Op,
  ): void {
    const isWritable = this.#options.weights === "writable" && memory.packing !== undefined;
    const nets = {
      en: `${kernel}_${prefix}_en`,
      addr: `${kernel}_${prefix}_addr`,
      data: `${kernel}_${prefix}_data`,
    };
    this.#wire(nets.data, memory.widthBits);
    if (memory.depth === 1) {
      if (isWritable)
        this.#constant.push({ op, name: this.#options.nameOf(op), why: "they are one word, not a memory" });
      // one word is a constant, not a memory: only so do tools fold it before they look for multipliers
      streams[`${prefix}_en`] = undefined;
      streams[`${prefix}_addr`] = undefined;
      streams[`${prefix}_data`] = net(nets.data);
      this.#assign(nets.data, constant(memory.words()[0]!, memory.widthBits));
      return;
    }
    this.#wire(nets.en, 1);
    this.#wire(nets.addr, addressBits(memory.depth));
    for (const [port, name] of Object.entries(nets)) streams[`${prefix}_${port}`] = net(name);
    const name = `${kernel}_${memory.name}`;
    if (isWritable) this.#writable.push({ name, kernel: this.#options.nameOf(op), op, memory, nets });
    else this.#rom(name, memory, net(nets.en), net(nets.addr), net(nets.data));
  }

  /** One memory a lane behind common ports. */
  #laneMemories(kernel: string, instance: VerilogInstance, streams: Record<string, VExpr | undefined>): void {
    const lanes = instance.laneMemories!;
    const [{ prefix, memory: first }] = lanes as readonly [MemoryPort, ...MemoryPort[]];
    const address = addressBits(first.depth);
    const nets = {
      en: `${kernel}_${prefix}_en`,
      addr: `${kernel}_${prefix}_addr`,
      data: `${kernel}_${prefix}_data`,
    };
    this.#wire(nets.en, 1);
    this.#wire(nets.addr, address * lanes.length);
    this.#wire(nets.data, first.widthBits * lanes.length);
    for (const [port, name] of Object.entries(nets)) streams[`${prefix}_${port}`] = net(name);
    lanes.forEach(({ memory }, i) => {
      const addr = slice(nets.addr, i * address, address);
      const data = slice(nets.data, i * memory.widthBits, memory.widthBits);
      const whole = lanes.length === 1;
      this.#rom(
        `${kernel}_${memory.name}`,
        memory,
        net(nets.en),
        whole ? net(nets.addr) : addr,
        whole ? net(nets.data) : data,
      );
    });
  }

  #rom(name: string, memory: MemoryPort["memory"], en: VExpr, addr: VExpr, data: VExpr): void {
    this.#store(storage(name, memory, { en, addr, data }, { ...this.#options, isWritable: false }));
  }

  #store({ item, module, file }: Storage): void {
    this.#items.push(item);
    if (module) this.#modules.push(module);
    if (!file) return;
    this.#used.add(item.module);
    this.#memories.set(file.name, file.text);
  }

  /** The slave behind which the writable memories are, and they themselves. */
  #weightPort(): WeightPort | undefined {
    if (this.#writable.length === 0) return undefined;
    const { port, items, stored } = weightPort(this.#writable, this.#options);
    this.#items.push({ kind: "comment", text: "Weights, written over AXI4-Lite" }, ...items);
    this.#used.add("gf_axi_lite").add("gf_axi_window");
    for (const each of stored) this.#store(each);
    return port;
  }

  /** Declares the nets of a value under a prefix. */
  #declare(value: Value, prefix: string): string {
    const names = wires(prefix);
    this.#wire(names.data, beatBits(value.type as StreamType));
    this.#wire(names.valid, 1);
    this.#wire(names.ready, 1);
    this.#nets.set(value, prefix);
    return prefix;
  }

  #net(value: Value): string {
    const name = this.#nets.get(value);
    if (name === undefined) throw new Error("a stream is read before it is made");
    return name;
  }

  #wire(name: string, widthBits: number): void {
    this.#items.push({ kind: "wire", name, widthBits });
  }

  #assign(target: string, value: VExpr): void {
    this.#items.push({ kind: "assign", target, value });
  }
}

const axis = (side: string, index: number, count: number): string =>
  count === 1 ? side : `${side}_${index}`;

function streamPort(prefix: string, tdataBits: number, direction: "input" | "output"): VModule["ports"] {
  const back = direction === "input" ? "output" : "input";
  const { data, valid, ready } = wires(prefix);
  return [
    { direction, name: data, widthBits: tdataBits },
    { direction, name: valid, widthBits: 1 },
    { direction: back, name: ready, widthBits: 1 },
  ];
}
