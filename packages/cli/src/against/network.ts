import {
  type Compilation,
  evaluate,
  evaluateModule,
  isInt,
  type Module,
  type Source,
  type Tensor,
  type Value,
} from "@gatefold/core";
import { openSession, sourceOf } from "../api/compile.js";
import { deviceInputs, networkOutputs } from "../api/integers.js";
import type { PipelineOptions } from "../api/options.js";
import type { Rows } from "../data/rows.js";
import { Comparison, type Place } from "./divergence.js";
import { codePairs, nodesOf, opsBetween, quantizersOf } from "./quantizers.js";

/** Phases that lead to a form. In the canonical one quantizers give codes, and channels stand innermost. */
const phasesTo = {
  imported: [],
  canonical: ["canonicalize", "quantize", "prune"],
  integers: ["canonicalize", "quantize", "prune", "streamline"],
} as const;

/** A network in one of its forms. Throws `DiagnosticError` when it has no such form. */
export async function readNetwork(
  options: PipelineOptions,
  model: string | Source,
  form: keyof typeof phasesTo,
): Promise<Compilation> {
  const { compiler } = openSession(options);
  const compilation = await compiler.import(sourceOf(model));
  await compiler.run(compilation, { phases: phasesTo[form], check: options.check });
  return compilation;
}

/**
 * Runs a network in real numbers, and its integers, on the same frames, and compares the codes of every quantizer that
 * both have, and the outputs.
 */
export function compareIntegers(
  integers: Module,
  canonical: Module,
  rows: Rows,
  frames: readonly number[],
  onProgress: (done: number) => void,
): { readonly comparison: Comparison; readonly outputsEqual: boolean } {
  const pairs = codePairs(quantizersOf(canonical.main), integers.main);
  const compared = new Set(pairs.map(({ codes }) => codes));
  const outputs = (canonical.tail ?? canonical.main).outputs;
  const nodes = (value: Value | undefined): readonly string[] =>
    value ? nodesOf(opsBetween(value, compared)) : [];
  const places = [
    ...pairs.map(
      ({ codes, integers: { op, type } }): Place => ({
        tensor: codes.name ?? codes.onlyReader?.results[0]?.name ?? codes.op!.loc.node!,
        node: codes.op!.loc.node,
        kernel: op!.def.name,
        nodes: nodes(codes),
        shape: type.shape,
        channelAxis: type.shape.length - 1,
        exact: true,
      }),
    ),
    ...outputs.map(
      (value, i): Place => ({
        tensor: value.name ?? `output ${i}`,
        node: value.op?.loc.node,
        kernel: "output",
        nodes: nodes(canonical.main.outputs[i]),
        shape: value.type.shape,
        channelAxis: value.type.shape.length - 1,
        exact: isInt(value.type.elem),
      }),
    ),
  ];
  const comparison = new Comparison(places, rows.samplesPerFrame);
  const codesAt = new Map(pairs.map(({ codes }, i) => [codes, i]));
  const integersAt = new Map(pairs.map(({ integers: value }, i) => [value, i]));
  const network = rows.entry === "codes" ? { ...canonical, head: undefined } : canonical;
  frames.forEach((frame, done) => {
    onProgress(done);
    const found = new Map<number, Tensor>();
    const keep = (value: Value, tensor: Tensor): void => {
      const place = integersAt.get(value);
      if (place !== undefined) found.set(place, tensor);
    };
    const inputs = deviceInputs(integers, rows, frame);
    const ends = networkOutputs(integers, evaluate(integers.main, inputs, { onValue: keep }));
    const compare = (value: Value, { data }: Tensor): void => {
      const place = codesAt.get(value);
      if (place !== undefined) comparison.add(place, frame, data, found.get(place)!.data);
    };
    evaluateModule(network, rows.row(frame), { onValue: compare }).forEach(({ data }, i) => {
      comparison.add(pairs.length + i, frame, data, ends[i]!.data);
    });
  });
  const outputsEqual = !outputs.some((_, i) => comparison.differs(pairs.length + i));
  return { comparison, outputsEqual };
}
