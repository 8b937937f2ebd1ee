import { type Diagnostic, diagnostic, type Location, type Op } from "@gatefold/core";

const at = (op: Op): { loc: Location } => ({ loc: op.loc });

export const noKernel = (op: Op, reason: string): Diagnostic =>
  diagnostic("fold/no-kernel", `\`${op.def.name}\` has no streaming kernel: ${reason}.`, {
    ...at(op),
    hint: "attach a `fold.lowering` model to the op in a plugin, or leave this part of the network to the host",
  });

export const badTarget = (option: string, value: number): Diagnostic =>
  diagnostic("fold/bad-option", `\`${option}\` is ${value}; it is a positive number.`);

export const unreachableRate = (init: {
  readonly op: Op;
  readonly name: string;
  readonly fps: number | undefined;
  readonly clockMhz: number;
  readonly wantedCycles: number;
  readonly leastCycles: number;
  readonly axes: string;
}): Diagnostic =>
  diagnostic(
    "fold/unreachable-rate",
    init.fps === undefined
      ? `${init.name} cannot take ${init.wantedCycles} cycles a frame; its least is ${init.leastCycles}.`
      : `${init.name} cannot reach ${init.fps} inferences/s at ${init.clockMhz} MHz: that is ${init.wantedCycles} cycles a frame, its least is ${init.leastCycles}.`,
    {
      ...at(init.op),
      notes: [init.axes === "" ? "it cannot be folded" : `fully unfolded it has ${init.axes}`],
      hint:
        init.leastCycles > 0
          ? `ask for at most ${Math.floor((init.clockMhz * 1e6) / init.leastCycles)} inferences/s, or raise the clock`
          : "raise the clock",
    },
  );

export const badBudget = (key: string, value: unknown, known: readonly string[]): Diagnostic =>
  diagnostic(
    "fold/bad-option",
    known.includes(key)
      ? `\`budget.${key}\` is ${value}; it is a number of at least 0.`
      : `\`budget\` names \`${key}\`, which is no resource.`,
    known.includes(key) ? {} : { hint: `the resources are ${known.join(", ")}` },
  );

export const badShare = (value: number): Diagnostic =>
  diagnostic("fold/bad-option", `\`budgetShare\` is ${value}; it is above 0 and at most 1.`);

export const badRequantize = (value: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/bad-option", `\`requantize\` is ${JSON.stringify(value)}.`, {
    hint: `it can be ${known.join(", ")}`,
  });

export const badImplementation = (value: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/bad-option", `\`implementation\` is ${JSON.stringify(value)}.`, {
    hint: `it can be ${known.join(", ")}`,
  });

export const badFifoDepths = (value: unknown): Diagnostic =>
  diagnostic("fold/bad-option", `\`fifoDepths\` is ${JSON.stringify(value)}.`, {
    hint: "it can be free, least",
  });

export const shareWithoutTarget = (): Diagnostic =>
  diagnostic("fold/bad-option", "`budgetShare` is a share of a device, but there is no `target`.", {
    hint: "name the target, or say the resources in `budget`",
  });

export const unknownTarget = (name: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/unknown-target", `\`${name}\` is no target that a plugin brings.`, {
    hint: known.length > 0 ? `there are ${known.join(", ")}` : "use the plugin of its family",
  });

/** A form of a layer, and why it is none. */
interface RefusedForm {
  readonly form: string;
  readonly reason: string;
}

const why = (refused: readonly RefusedForm[]): readonly string[] =>
  refused.map(({ form, reason }) => `${form}: ${reason.replace(/\.$/, "")}`);

export const noForm = (layer: string, refused: readonly RefusedForm[]): Diagnostic =>
  diagnostic("fold/no-form", `\`${layer}\` has no form in which it can be built as a spatial circuit.`, {
    loc: { node: layer },
    notes: refused.length > 0 ? why(refused) : ["nothing offers one"],
    hint: `build it of kernels (form \`folded\`), with fewer inputs a neuron, or with fewer bits`,
  });

export const unknownForm = (
  layer: string,
  form: string,
  known: readonly { readonly form: string }[],
  refused: readonly RefusedForm[],
): Diagnostic =>
  diagnostic("fold/unknown-form", `\`${layer}\` cannot be built in the form \`${form}\`.`, {
    loc: { node: layer },
    notes: why(refused),
    hint: `it can be ${known.map((f) => f.form).join(", ")}`,
  });

export const unknownLayer = (layer: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/unknown-layer", `A form is given for \`${layer}\`, which is no layer of this network.`, {
    hint: known.length > 0 ? `its layers are ${known.join(", ")}` : "it has no layer that has forms",
  });

export const overlappingOffers = (op: Op, layer: string, other: string): Diagnostic =>
  diagnostic(
    "fold/overlapping-offers",
    `\`${op.def.name}\` is part of what is offered for \`${layer}\` and for \`${other}\`.`,
    { ...at(op), hint: "correct the plugin: an op belongs to one layer" },
  );

export const overLatency = (init: {
  readonly limitCycles: number;
  readonly leastCycles: number | undefined;
  readonly clockMhz: number;
}): Diagnostic =>
  diagnostic(
    "fold/over-latency",
    `The network cannot answer within ${init.limitCycles} cycles${ns(init.limitCycles, init.clockMhz)}.`,
    {
      notes:
        init.leastCycles === undefined
          ? []
          : [`the least that was found is ${init.leastCycles} cycles${ns(init.leastCycles, init.clockMhz)}`],
      hint: "build more of it as spatial circuits, raise the clock, or take a smaller network",
    },
  );

const ns = (cycles: number, clockMhz: number): string =>
  ` (${Math.round((cycles * 1e4) / clockMhz) / 10} ns at ${clockMhz} MHz)`;

/** A resource that no folding brings below its budget. */
export interface Shortage {
  readonly key: string;
  readonly least: number;
  readonly budget: number;
}

export const overBudget = (init: {
  readonly wanted: string;
  readonly shortages: readonly Shortage[];
  readonly budget: string;
  readonly best: string | undefined;
}): Diagnostic =>
  diagnostic(
    "fold/over-budget",
    init.shortages.length > 0
      ? `${init.wanted}, the network takes at least ${init.shortages.map((s) => `${Math.ceil(s.least)} ${s.key} (budget ${s.budget})`).join(", ")}.`
      : `${init.wanted}, no folding was found that keeps to ${init.budget} at once.`,
    {
      hint:
        init.best === undefined
          ? "take a larger device, fewer bits or a smaller network"
          : `the fastest folding that fits makes ${init.best}`,
    },
  );

export const illegalFold = (
  op: Op,
  name: string,
  axis: string,
  value: number,
  extent: number,
  legal: readonly number[],
): Diagnostic =>
  diagnostic(
    "fold/illegal-fold",
    legal.includes(0)
      ? `${name}: ${axis} is ${value}.`
      : `${name}: ${axis} ${value} does not divide ${extent}.`,
    {
      ...at(op),
      hint: `${axis} can be ${legal.join(", ")}`,
    },
  );

export const foldMisfit = (op: Op, from: string | undefined, to: string): Diagnostic =>
  diagnostic(
    "fold/misfit",
    `As they are folded, ${to} does not read elements in the order in which ${from ?? "the input"} sends them.`,
    {
      ...at(op),
      hint: "a window with `parallel_window` 1 has SIMD of all channels, or a vector unit behind it with PE of as many and SIMD above 1",
    },
  );

export const unknownFoldKernel = (key: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/unknown-kernel", `The folding names \`${key}\`, which is no kernel of this network.`, {
    hint: `its kernels are ${known.join(", ")}`,
  });

export const unknownFoldAxis = (key: string, axis: string, known: readonly string[]): Diagnostic =>
  diagnostic("fold/unknown-axis", `The folding gives \`${key}\` an axis \`${axis}\` that it does not have.`, {
    hint: known.length > 0 ? `its axes are ${known.join(", ")}` : "the kernel cannot be folded",
  });

export const badFolding = (reason: string): Diagnostic =>
  diagnostic("fold/bad-folding", `The folding is not an object of kernels: ${reason}.`, {
    hint: 'write {"MVAU_0": {"PE": 4, "SIMD": 8}}, or take a folding.json that a build wrote',
  });

export const deadlock = (stuck: readonly Op[]): Diagnostic =>
  diagnostic(
    "fold/deadlock",
    `The network stands still by its token schedules: ${stuck.map((op) => `\`${op.def.name}\``).join(", ")} wait for each other.`,
    { loc: stuck[0]?.loc ?? {}, hint: "report the network; its kernels' schedules contradict each other" },
  );

export const stalls = (cycles: number, wanted: number): Diagnostic =>
  diagnostic(
    "fold/stalls",
    `By its token schedules the network takes ${cycles} cycles a frame, not the ${wanted} of its slowest kernel.`,
    {
      severity: "warning",
      hint: "fold the kernels around joins alike, so that both branches take their beats evenly",
    },
  );
