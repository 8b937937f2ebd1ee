import { Constant, type Diagnostic, EvaluateError, type Op, type Value } from "@gatefold/core";
import { Elementwise, Movement } from "@gatefold/dialect-nn";
import { unboundedOperand, unsupported } from "./diagnostics.js";
import { elementwise, quantizes } from "./elementwise.js";
import { PerElementError } from "./expr.js";
import { type ConstantFact, type Fact, type FlowFact, type HostFact, host, refused } from "./fact.js";
import { foldConstants } from "./fold-constants.js";
import { moveFlow } from "./movement.js";
import { checkParameters } from "./parameters.js";
import { type Site, Streamline } from "./rule.js";

/** What the walk over a network keeps beside the facts. */
export interface State {
  readonly site: Site;
  /** Makes a value of the network an input of the device. */
  addPort(source: Value): FlowFact;
  readonly errors: Diagnostic[];
  /** Causes that an error named already. */
  readonly reported: Set<HostFact>;
}

/** Facts of an op's results. What cannot run on the device stays on the host; lost work is an error. */
export function walkOp(op: Op, operands: readonly Fact[], state: State): readonly Fact[] {
  const results = stepSafely(op, operands, state);
  const stuck = results.find((f) => f.kind === "host");
  if (stuck && (stuck.error || isWork(op, state.site)) && !state.reported.has(stuck)) {
    state.reported.add(stuck);
    state.errors.push(errorOf(op, stuck));
  }
  return results;
}

function errorOf(op: Op, stuck: HostFact): Diagnostic {
  if (stuck.error) return stuck.error;
  return stuck.input === undefined ? unsupported(op, stuck) : unboundedOperand(op, stuck.input);
}

/** Whether an op is a layer or a quantizer: work that must not fall to the host unsaid. */
function isWork(op: Op, site: Site): boolean {
  if (site.interfaces.get(op.def, Streamline)?.mustLower) return true;
  return quantizes(op) && site.interfaces.get(op.def, Elementwise) !== undefined;
}

/** `step`; an op that treats elements of one channel differently, or that fails on an integer, stays on the host. */
function stepSafely(op: Op, operands: readonly Fact[], state: State): readonly Fact[] {
  try {
    return step(op, operands, state);
  } catch (error) {
    const fallen =
      error instanceof PerElementError
        ? host(error.op, error.message, "use one parameter a channel")
        : error instanceof EvaluateError
          ? host(
              error.op,
              `it has no value on some integers (${error.message})`,
              "quantize to a range where it has",
            )
          : undefined;
    if (!fallen) throw error;
    return op.results.map(() => fallen);
  }
}

function step(op: Op, operands: readonly Fact[], state: State): readonly Fact[] {
  const { site } = state;
  const each = (fact: Fact): readonly Fact[] => op.results.map(() => fact);
  const stuck = operands.find((f) => f.kind === "host");
  if (stuck) return each(stuck);
  const bad = checkParameters(op, operands);
  if (bad) return each(refused(op, bad));
  const constants = operands.filter((f): f is ConstantFact => f.kind === "constant");
  if (constants.length === operands.length) return foldConstants(op, constants, site.interfaces);
  const model = op.results.length === 1 ? site.interfaces.get(op.def, Elementwise) : undefined;
  const moves = op.results.length === 1 && site.interfaces.get(op.def, Movement) !== undefined;
  const input = op.operands.find((_, i) => operands[i]!.kind === "input");
  if (input) {
    const onHost = (model || moves) && operands.every((f) => f.kind !== "flow");
    if (!onHost) return each({ ...host(op, "it reads a real network input"), input: inputName(input) });
    return isWork(op, site) ? [state.addPort(op.result())] : each({ kind: "input" });
  }
  const rule = site.interfaces.get(op.def, Streamline);
  const padded = operands.some((f) => f.kind === "flow" && f.padding);
  if (padded && !rule?.takesPadding)
    return each(host(op, "it reads a padded image", "pad right before a convolution"));
  if (rule) return rule.streamline(op, operands, site);
  const device = operands.filter(
    (f): f is FlowFact | ConstantFact => f.kind === "flow" || f.kind === "constant",
  );
  const [first, ...rest] = device;
  if (moves && first?.kind === "flow" && rest.every((f) => f.kind === "constant")) {
    const parameters = rest.map((f) => (f as ConstantFact).tensor);
    return [moveFlow(op, first, parameters, site)];
  }
  if (model) return [elementwise(op, model, device, site)];
  return each(host(op, "it is neither elementwise nor a layer that has an integer form", hintForRule));
}

const hintForRule = "replace it, or add a plugin that brings a `streamline.rule` for it";

/** The network input that a real value comes from. */
function inputName(value: Value): string {
  let at = value;
  while (at.op) at = at.op.operands.find((v) => v.op?.def !== Constant) ?? at.op.operand(0);
  return at.name ?? `input ${at.index}`;
}
