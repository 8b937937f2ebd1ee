import {
  Constant,
  type Diagnostic,
  definePass,
  Graph,
  isFloat,
  isInt,
  type Op,
  type Pass,
  Return,
  rangeOfType,
  throwIfErrors,
  type Value,
} from "@gatefold/core";
import { Elementwise, Movement } from "@gatefold/dialect-nn";
import { nothingLeft, unboundedOperand, unsupported } from "./diagnostics.js";
import { elementwise } from "./elementwise.js";
import { codes, PerElementError } from "./expr.js";
import { type ConstantFact, type Fact, type FlowFact, type HostFact, host } from "./fact.js";
import { foldConstants } from "./fold-constants.js";
import { formOf } from "./form.js";
import { buildHead, buildTail, type DeviceInput } from "./host-graphs.js";
import { moveFlow } from "./movement.js";
import { type Site, Streamline } from "./rule.js";

import { type LayerNote, streamlineSummary } from "./summary.js";

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
  run(module, ctx) {
    const from = module.main;
    const graph = new Graph(from.name);
    const facts = new Map<Value, Fact>();
    const ports: DeviceInput[] = [];
    const layers: LayerNote[] = [];
    const site: Site = {
      graph,
      interfaces: ctx.interfaces,
      layers,
      report: (d) => ctx.diagnostics.report(d),
    };
    const addPort = (source: Value): FlowFact => {
      const port = graph.addInput(source.type, source.name);
      ports.push({ source, port });
      return inputFlow(port);
    };
    const state: State = { site, addPort, errors: [], reported: new Set() };
    for (const input of from.inputs)
      facts.set(input, isInt(input.type.elem) ? addPort(input) : { kind: "input" });
    const total = [...from.ops()].length;
    let done = 0;
    for (const op of from.ops()) {
      ctx.progress(++done, total, op.loc.node ?? op.def.name);
      if (Return.is(op)) break;
      const operands = op.operands.map((v) => facts.get(v)!);
      const results = stepSafely(op, operands, state);
      op.results.forEach((result, i) => {
        facts.set(result, results[i] ?? host(op, "it has no integer form"));
      });
    }
    throwIfErrors(state.errors);
    const { tail, deviceOutputs, problems } = buildTail(from.outputs, facts);
    throwIfErrors(problems.map(({ op, reason }) => unsupported(op!, host(op!, reason))));
    graph.setOutputs(deviceOutputs);
    graph.eraseDead();
    if (layers.length === 0 || deviceOutputs.every((v) => v.op === undefined)) throwIfErrors([nothingLeft()]);
    module.head = buildHead(module, ports);
    module.main = graph;
    module.tail = tail;
    const count = (g: Graph | undefined): number =>
      g ? [...g.ops()].filter((o) => !Return.is(o) && !Constant.is(o)).length : 0;
    ctx.facts.set(streamlineSummary, { layers, headOpCount: count(module.head), tailOpCount: count(tail) });
  },
});

interface State {
  readonly site: Site;
  /** Makes a value of the network an input of the device. */
  addPort(source: Value): FlowFact;
  readonly errors: Diagnostic[];
  /** Causes that an error named already. */
  readonly reported: Set<HostFact>;
}

function inputFlow(port: Value): FlowFact {
  const form = formOf(port.type.shape);
  return {
    kind: "flow",
    base: port,
    baseForm: form,
    range: rangeOfType(port.type),
    expr: codes,
    shape: port.type.shape,
    form,
    affine: { scale: Float64Array.of(1), bias: Float64Array.of(0) },
    monotone: true,
    uniform: true,
  };
}

/** Whether an op is a layer or a quantizer: work that must not fall to the host unsaid. */
function isWork(op: Op, site: Site): boolean {
  if (site.interfaces.get(op.def, Streamline)?.mustLower) return true;
  const quantizes =
    op.results.some((r) => isInt(r.type.elem)) && op.operands.some((v) => isFloat(v.type.elem));
  return quantizes && site.interfaces.get(op.def, Elementwise) !== undefined;
}

/** `step`; an op that treats elements of one channel differently stays on the host, and lost work is an error. */
function stepSafely(op: Op, operands: readonly Fact[], state: State): readonly Fact[] {
  let results: readonly Fact[];
  try {
    results = step(op, operands, state);
  } catch (error) {
    if (!(error instanceof PerElementError)) throw error;
    results = op.results.map(() => host(error.op, error.message, "use one parameter a channel"));
  }
  const stuck = results.find((f) => f.kind === "host");
  if (stuck && isWork(op, state.site) && !state.reported.has(stuck)) {
    state.reported.add(stuck);
    state.errors.push(stuck.input === undefined ? unsupported(op, stuck) : unboundedOperand(op, stuck.input));
  }
  return results;
}

function step(op: Op, operands: readonly Fact[], state: State): readonly Fact[] {
  const { site } = state;
  const each = (fact: Fact): readonly Fact[] => op.results.map(() => fact);
  const stuck = operands.find((f) => f.kind === "host");
  if (stuck) return each(stuck);
  const model = site.interfaces.get(op.def, Elementwise);
  const moves = site.interfaces.get(op.def, Movement) !== undefined && op.results.length === 1;
  const constants = operands.filter((f): f is ConstantFact => f.kind === "constant");
  if (constants.length === operands.length) return foldConstants(op, constants, moves);
  const input = op.operands.find((_, i) => operands[i]!.kind === "input");
  if (input) {
    const onHost = (model || moves) && operands.every((f) => f.kind !== "flow");
    if (!onHost) return each({ ...host(op, "it reads a real network input"), input: inputName(input) });
    return isWork(op, site) ? [state.addPort(op.result())] : each({ kind: "input" });
  }
  const rule = site.interfaces.get(op.def, Streamline);
  if (rule) return rule.streamline(op, operands, site);
  const [first, ...rest] = operands;
  if (moves && first?.kind === "flow" && rest.every((f) => f.kind === "constant")) {
    return [
      moveFlow(
        op,
        first,
        constants.map((f) => f.tensor),
        site,
      ),
    ];
  }
  if (model && op.results.length === 1) return [elementwise(op, model, operands, site)];
  return each(host(op, "it is neither elementwise nor a layer that has an integer form"));
}

/** The network input that a real value comes from. */
function inputName(value: Value): string {
  let at = value;
  while (at.op) at = at.op.operands.find((v) => v.op?.def !== Constant) ?? at.op.operand(0);
  return at.name ?? `input ${at.index}`;
}
