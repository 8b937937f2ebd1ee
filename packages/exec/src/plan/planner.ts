import {
  Constant,
  evaluateOp,
  type Graph,
  type InterfaceTable,
  type Op,
  Return,
  type Tensor,
  type Value,
} from "@gatefold/core";
import { ArgMax, Conv, MatMul, MaxPool, SumPool } from "@gatefold/dialect-q";
import { ExecKernel } from "../kernel.js";
import { evaluatesChunks } from "../op-step.js";
import { type PlanStep, type Port, type Program, type Step, siteOf } from "../program.js";
import { elementBytes, naturalStorage } from "../storage.js";
import { emitChain } from "./chain.js";
import { chooseMatMul, type MatMulChoice, type OperandForm } from "./matmul.js";
import { type Lifetime, MemoryPlan } from "./memory.js";
import { emitMove, isMove } from "./move.js";
import { signForm } from "./product.js";
import { computeFacts, type Facts } from "./ranges.js";
import { isBipolar, type Route, routes } from "./support.js";
import { type Held, rowsAt, TileBuilder } from "./tile.js";
import { asRows } from "./view.js";
import { type WindowUse, windowFacts, windowMatrix, windowUse } from "./window.js";

export interface Planned {
  readonly program: Program;
  readonly plan: readonly PlanStep[];
  /** The ops that run code of their own, by name. */
  readonly ownCode: ReadonlySet<Op>;
}

/** Values that no input reaches, computed once. */
function foldConstants(graph: Graph): Map<Value, Tensor> {
  const known = new Map<Value, Tensor>();
  for (const op of graph.ops()) {
    if (Return.is(op) || !op.operands.every((v) => known.has(v))) continue;
    const results = Constant.is(op)
      ? [op.attrs.value]
      : evaluateOp(
          op,
          op.operands.map((v) => known.get(v)!),
        );
    op.results.forEach((result, i) => {
      known.set(result, results[i]!);
    });
  }
  return known;
}

/** Turns a graph into a program. Built once; knows where each value lies and in which form. */
export class Planner {
  readonly facts: Facts;
  readonly memory: MemoryPlan = new MemoryPlan();
  readonly routes: ReadonlyMap<Op, Route>;
  readonly done: Set<Op> = new Set();
  readonly #graph: Graph;
  readonly #interfaces: InterfaceTable;
  readonly #held = new Map<Value, Held[]>();
  readonly #choices = new Map<Op, MatMulChoice>();
  readonly #windows = new Map<Op, WindowUse | undefined>();
  readonly #steps: Step[] = [];
  readonly #plan: PlanStep[] = [];
  readonly #ownCode = new Set<Op>();
  readonly #padded: number[] = [];

  constructor(graph: Graph, interfaces: InterfaceTable) {
    this.#graph = graph;
    this.#interfaces = interfaces;
    this.facts = computeFacts(graph, foldConstants(graph), interfaces);
    this.routes = routes(graph, this.facts, interfaces);
  }

  build(): Planned {
    const graph = this.#graph;
    const inputs = graph.inputs.map((value) => this.#port(value, this.#natural(value)));
    for (const op of graph.ops()) {
      const route = this.routes.get(op);
      if (!route || this.done.has(op)) continue;
      if (route.by === "tile") (isMove(op) ? emitMove : emitChain)(this, op);
      else if (route.by === "op") this.#emitOp(op, route.why);
      else this.#alias(op);
    }
    const outputs = graph.outputs.map((value) => this.#operand(value));
    const { chunk, memoryBytes, image, imageAt, tiles } = this.memory.finish(
      this.#lifetimes(inputs, outputs),
    );
    const { slots } = this.memory;
    const program: Program = {
      chunk,
      memoryBytes,
      image,
      imageAt,
      tiles,
      slots,
      inputs,
      outputs,
      steps: this.#steps,
    };
    return { program, plan: this.#plan, ownCode: this.#ownCode };
  }

  push(step: Step, line: PlanStep): void {
    this.#steps.push(step);
    this.#plan.push(line);
  }

  /** A convolution or a sum of windows; `undefined` for other ops. */
  window(op: Op): WindowUse | undefined {
    if (!this.#windows.has(op)) this.#windows.set(op, windowUse(op, this.facts));
    return this.#windows.get(op);
  }

  /** The weights of a product, one row for each neuron. */
  matrix(op: Op): Tensor {
    const use = this.window(op);
    return use ? windowMatrix(use) : this.facts.get(op.operand(1))!.constant!;
  }

  /** The kernel of a product, chosen once from ranges. */
  choice(op: Op): MatMulChoice {
    let choice = this.#choices.get(op);
    if (!choice) {
      const x = op.operand(0);
      const storage = naturalStorage(x.type.elem);
      const use = this.window(op);
      const facts = {
        x: this.facts.get(x)!.range!,
        xBipolar: isBipolar(x, this.facts),
        xBytes: storage === "i8" || storage === "u8",
        xPixels: use !== undefined && elementBytes(storage) <= 2,
        sum: this.facts.get(op.result())!.raw!,
      };
      choice = use
        ? chooseMatMul(op, this.matrix(op), windowFacts(use, facts), use.plan.kernel[0] * use.plan.kernel[1])
        : chooseMatMul(op, this.matrix(op), facts);
      this.#choices.set(op, choice);
    }
    return choice;
  }

  /** The form that all readers of a value can take, and the product among them best; `undefined` is natural. */
  preferred(value: Value): OperandForm | undefined {
    if (value.op && ArgMax.is(value.op)) return undefined;
    let best: OperandForm | undefined;
    let others = false;
    for (const { op, index } of value.uses) {
      if (this.routes.get(op)?.by !== "tile") return undefined;
      if (isMove(op) || Conv.is(op) || SumPool.is(op)) {
        // Images lie in natural storage or as packed signs.
        if (!this.#readsSigns(op) || (best && best.storage !== "bits")) return undefined;
        best = signForm(asRows(value.type.shape).cols);
        continue;
      }
      if (!MatMul.is(op) || index !== 0) {
        others = true;
        continue;
      }
      const { form } = this.choice(op);
      if (form.storage === "planes" || (best && best.storage !== form.storage)) return undefined;
      best = form;
    }
    return others && best?.storage === "bits" ? undefined : best;
  }

  #readsSigns(op: Op): boolean {
    if (MaxPool.is(op))
      return isBipolar(op.operand(0), this.facts) && this.preferred(op.result())?.storage === "bits";
    return !isMove(op) && this.choice(op).form.storage === "bits";
  }

  /** From the first step that writes each slot to the last that reads it. */
  #lifetimes(inputs: readonly Port[], outputs: Program["outputs"]): readonly Lifetime[] {
    const lives = this.memory.slots.map(() => ({ from: Number.POSITIVE_INFINITY, to: -1 }));
    const touch = (slot: number, step: number): void => {
      const life = lives[slot]!;
      life.from = Math.min(life.from, step);
      life.to = Math.max(life.to, step);
    };
    this.#steps.forEach((step, at) => {
      const places =
        step.kind === "tile" ? step.calls.flatMap((call) => call.args) : [...step.operands, ...step.results];
      for (const place of places) if (typeof place === "object" && "slot" in place) touch(place.slot, at);
    });
    for (const { slot } of inputs) touch(slot, -1);
    for (const output of outputs) if ("slot" in output) touch(output.slot, this.#steps.length);
    // A row of doubles may end in padding that must stay a number.
    for (const slot of this.#padded) {
      touch(slot, -1);
      touch(slot, this.#steps.length);
    }
    return lives;
  }

  /** Room for a value in a matmul's form, or in natural storage. */
  place(value: Value, form: OperandForm | undefined): Held {
    const { rows, cols } = asRows(value.type.shape);
    const storage = form?.storage ?? naturalStorage(value.type.elem);
    const strideBytes = form?.strideBytes ?? cols * elementBytes(naturalStorage(value.type.elem));
    const held: Held = { slot: this.memory.slot(rows * strideBytes), storage, rows, cols, strideBytes };
    if (storage === "f64" && strideBytes > cols * elementBytes("f64")) this.#padded.push(held.slot);
    this.#list(value).push(held);
    return held;
  }

  /** The value in a form that elementwise kernels load. */
  dense(value: Value): Held {
    const held = this.#list(value).find((h) => !["bits", "planes", "sums"].includes(h.storage));
    if (!held) throw new Error(`value \`${value.name ?? "?"}\` has no dense form`);
    return held;
  }

  /** The value as a matmul reads it; converted from natural storage when it does not lie so. */
  inForm(value: Value, form: OperandForm): Held {
    const found = this.#list(value).find(
      (h) => h.storage === form.storage && h.strideBytes === form.strideBytes,
    );
    if (found) return found;
    const from = this.dense(value);
    const to = this.place(value, form);
    const tile = new TileBuilder(this.memory, from.rows, from.cols);
    const pack = `${from.storage} to ${form.storage}`;
    const ends = [rowsAt(from), from.strideBytes, rowsAt(to), to.strideBytes] as const;
    if (form.storage === "bits") tile.call("pack_i8", ...ends, "rows", from.cols);
    else if (form.storage === "sums") {
      const [at, stride, address] = ends;
      tile.call(`sign_sums_${from.storage}`, at, stride, address, "rows", from.cols);
    } else if (form.storage === "planes")
      tile.call("pack_planes", ...ends, form.strideBytes / form.planes, form.planes, "rows", from.cols);
    else tile.call(`convert_${from.storage}_${form.storage}`, ...ends, "rows", from.cols);
    this.push(tile.finish("pack"), { ops: [], kernel: "pack", detail: `${from.rows}x${from.cols} ${pack}` });
    return to;
  }

  #list(value: Value): Held[] {
    let list = this.#held.get(value);
    if (!list) {
      list = [];
      this.#held.set(value, list);
    }
    return list;
  }

  #natural(value: Value): Held {
    return this.place(value, undefined);
  }

  #port(value: Value, held: Held): Port {
    const { elem, shape } = value.type;
    const { range } = this.facts.get(value)!;
    const bounds = range && { lo: range.lo, hi: range.hi };
    return { slot: held.slot, elem, shape, range: bounds, nonZero: isBipolar(value, this.facts) };
  }

  #operand(value: Value): Port | { readonly constant: Tensor } {
    const { constant } = this.facts.get(value)!;
    return constant ? { constant } : this.#port(value, this.dense(value));
  }

  #alias(op: Op): void {
    const { slot, storage } = this.dense(op.operand(0));
    const { rows, cols } = asRows(op.result().type.shape);
    const strideBytes = cols * elementBytes(naturalStorage(op.result().type.elem));
    this.#list(op.result()).push({ slot, storage, rows, cols, strideBytes });
    this.#plan.push({ ops: [op.def.name], kernel: "alias", detail: "no copy" });
  }

  #emitOp(op: Op, why: string): void {
    const model = this.#interfaces.get(op.def, ExecKernel);
    const operands = op.operands.map((v) => this.#operand(v));
    const results = op.results.map((v) => this.#port(v, this.#natural(v)));
    const step = { op: op.def.name, attrs: op.attrs, operands, results };
    const own = model?.prepare(siteOf(step)) !== undefined;
    if (!own && !op.def.evaluate) evaluateOp(op, []);
    this.#ownCode.add(op);
    const shapes = op.results.map((r) => `[${r.type.shape}]`).join(" ");
    this.push(
      { ...step, kind: own ? "kernel" : "evaluate" },
      {
        ops: [op.def.name],
        kernel: own ? model!.name : "evaluate",
        detail: own || evaluatesChunks.has(op.def) ? shapes : `sample by sample: ${why}`,
      },
    );
  }
}
