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
      notes: [`fully unfolded it has ${init.axes}`],
      hint:
        init.leastCycles > 0
          ? `ask for at most ${Math.floor((init.clockMhz * 1e6) / init.leastCycles)} inferences/s, or raise the clock`
          : "raise the clock",
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
  diagnostic("fold/illegal-fold", `${name}: ${axis} ${value} does not divide ${extent}.`, {
    ...at(op),
    hint: `${axis} can be ${legal.join(", ")}`,
  });

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
