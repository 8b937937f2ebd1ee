import {
  Constant,
  cloneOp,
  DiagnosticSink,
  definePass,
  Graph,
  isInt,
  type Op,
  type Pass,
  Return,
  rangeOfType,
  throwIfErrors,
  type Value,
} from "@gatefold/core";
import { qOps } from "@gatefold/dialect-q";
import { settleBlocks } from "./before-blocks.js";
import { nothingLeft, outputNeedsInput } from "./diagnostics.js";
import { codesFlow, type Fact, type FlowFact, host } from "./fact.js";
import { buildHead, buildTail, type DeviceInput } from "./host-graphs.js";
import type { Site } from "./rule.js";
import { splitQuant } from "./split-quant.js";
import { type LayerNote, streamlineSummary } from "./summary.js";
import { toCodes } from "./to-codes.js";
import { absorbSigns } from "./turn.js";
import { type State, walkOp } from "./walk.js";

/**
 * nn → q by one walk that keeps, for every value, the integer tensor behind it and the function from that to the
 * real value. Products of scaled integers become integer products; whatever ends in a quantizer becomes thresholds
 * that are found by evaluating the function on the integers; what is left real at the outputs goes to the host.
 *
 * Source: scaled-integer range analysis, Umuroglu et al., arXiv:2508.21493; thresholds as in Umuroglu & Jahre,
 * arXiv:1709.04060, but by evaluation and with the quantizer's own rounding.
 */
export const streamlinePass: Pass = definePass({
  name: "to-integers",
  summary: "The same function on exact integers: matmul, threshold, table, argmax.",
  phase: "streamline",
  semantics: "bit-exact",
  async run(module, ctx) {
    const from = module.main;
    if (isLowered(from)) return;
    // Of quantizers that passes of the phase `quantize` have put in; near misses were said the first time.
    await splitQuant.run(module, { ...ctx, diagnostics: new DiagnosticSink() });
    const graph = new Graph(from.name);
    const facts = new Map<Value, Fact>();
    const ports: DeviceInput[] = [];
    const layers: LayerNote[] = [];
    const site: Site = {
      graph,
      interfaces: ctx.interfaces,
      layers,
      integers: new Map(),
      movePort: (port, op) => movePort(port, op),
      report: (d) => ctx.diagnostics.report(d),
    };
    const movePort = (port: Value, op: Op): FlowFact | undefined => {
      const source = ports.find((p) => p.port === port)?.source;
      if (!source) return undefined;
      const operands = [source, ...op.operands.slice(1)];
      const moved = from.create(op.def, operands, op.attrs, {
        before: op,
        loc: op.loc,
        names: [source.name],
      });
      return addPort(moved.result());
    };
    const addPort = (source: Value): FlowFact => {
      const port = graph.addInput(source.type, source.name);
      ports.push({ source, port });
      return codesFlow(port, rangeOfType(port.type), port.type.elem);
    };
    const state: State = { site, addPort, errors: [], reported: new Set() };
    for (const input of from.inputs)
      facts.set(input, isInt(input.type.elem) ? addPort(input) : { kind: "input" });
    const total = [...from.ops()].length;
    let done = 0;
    for (const op of from.ops()) {
      ctx.progress(++done, total, op.loc.node ?? op.def.name);
      if (Return.is(op)) break;
      const results = walkOp(
        op,
        op.operands.map((v) => facts.get(v)!),
        state,
      );
      op.results.forEach((result, i) => {
        facts.set(result, results[i] ?? host(op, "it has no integer form"));
      });
    }
    throwIfErrors(state.errors);
    for (const output of from.outputs) facts.set(output, decided(output, facts.get(output)!, site));
    const tail = buildTail(module, facts);
    throwIfErrors(tail.impossible.map(outputNeedsInput));
    graph.setOutputs(tail.deviceOutputs);
    graph.eraseDead();
    settleBlocks(graph);
    absorbSigns(graph);
    graph.eraseDead();
    if (layers.length === 0 || tail.deviceOutputs.every((v) => v.op === undefined))
      throwIfErrors([nothingLeft()]);
    const used = ports.filter(({ port }) => port.uses.length > 0);
    module.head = buildHead(module, used);
    module.main = used.length === ports.length ? graph : withoutUnusedInputs(graph);
    module.tail = tail.graph;
    const headOpCount = workCount(module.head);
    ctx.facts.set(streamlineSummary, { layers, headOpCount, tailOpCount: workCount(module.tail) });
  },
});

/** A comparison at an output is a bit that the device decides; elsewhere it waits for what is made of it. */
function decided(output: Value, fact: Fact, site: Site): Fact {
  const { elem } = output.type;
  if (fact.kind !== "flow" || fact.expr.kind !== "op" || elem !== "bool") return fact;
  const bits = toCodes(fact, elem, fact.expr.op, site);
  return bits.kind === "flow" ? bits : fact;
}

/** A copy without the inputs that nothing reads. */
function withoutUnusedInputs(graph: Graph): Graph {
  const copy = new Graph(graph.name);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs) {
    if (input.uses.length > 0) values.set(input, copy.addInput(input.type, input.name));
  }
  for (const op of graph.ops()) cloneOp(op, copy, values);
  return copy;
}

/** Whether a graph stands on integers already, so that nothing is to do. */
function isLowered(graph: Graph): boolean {
  const work = [...graph.ops()].filter((op) => !Return.is(op) && !Constant.is(op));
  return work.length > 0 && work.every((op) => qOps.includes(op.def));
}

/** Ops that compute. */
function workCount(graph: Graph | undefined): number {
  return graph ? [...graph.ops()].filter((op) => !Return.is(op) && !Constant.is(op)).length : 0;
}
