import { Constant, type Graph, type InterfaceTable, type Op, Return } from "@gatefold/core";
import { Kernel, type KernelModel } from "./kernel.js";

/** A kernel of a graph, under the name that folding files, reports and Verilog give it. */
export interface NamedKernel {
  readonly op: Op;
  readonly name: string;
  readonly model: KernelModel;
}

/**
 * Names each kernel `<kind>_<index>`, counted within its kind as FINN does. A kernel that keeps the lanes of the
 * matrix unit before it (its thresholds) belongs to that unit and is named after it, `MVAU_0_Thresholding`.
 */
export function namedKernels(graph: Graph, interfaces: InterfaceTable): NamedKernel[] {
  const count = new Map<string, number>();
  const byOp = new Map<Op, string>();
  const out: NamedKernel[] = [];
  for (const op of graph.ops()) {
    if (Return.is(op) || Constant.is(op)) continue;
    const model = interfaces.get(op.def, Kernel);
    if (!model) throw new TypeError(`\`${op.def.name}\` declares no kernel`);
    const owner = follows(op, model, interfaces);
    const ownerName = owner && byOp.get(owner);
    const index = count.get(model.kind) ?? 0;
    const name = ownerName === undefined ? `${model.kind}_${index}` : `${ownerName}_${model.kind}`;
    if (ownerName === undefined) count.set(model.kind, index + 1);
    byOp.set(op, name);
    out.push({ op, name, model });
  }
  return out;
}

/** The matrix unit whose output lanes this kernel keeps: its producer, when that sets lanes of its own. */
export function follows(op: Op, model: KernelModel, interfaces: InterfaceTable): Op | undefined {
  const [axis, ...more] = model.axes(op);
  const keepsLanes = more.length === 0 && axis?.operands.includes(0) && axis.results.includes(0);
  const producer = op.operands[0]?.op;
  const before = producer && interfaces.get(producer.def, Kernel);
  const lanesOut = before?.axes(producer!).filter((a) => a.results.includes(0)) ?? [];
  const setsLanes = lanesOut.length > 0 && lanesOut.every((a) => !a.operands.includes(0));
  return keepsLanes && setsLanes ? producer : undefined;
}
