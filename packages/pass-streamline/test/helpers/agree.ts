import {
  type Compilation,
  cloneModule,
  compareTensors,
  createCompiler,
  drawInputs,
  evaluateModule,
  type Module,
  numbers,
  type Tensor,
} from "@gatefold/core";
import { streamline } from "../../src/index.js";

export interface Lowered {
  readonly before: Module;
  readonly compilation: Compilation;
}

/** Streamlines a module, with each pass held to its semantics. */
export async function lower(module: Module): Promise<Lowered> {
  const compiler = createCompiler({ plugins: [streamline()] });
  const before = cloneModule(module);
  const compilation = compiler.start(module);
  await compiler.run(compilation, { check: "semantics" });
  return { before, compilation };
}

/** Classes of equal reals may come out in either order: float64 noise decides in the network. */
function tied(before: Module, inputs: readonly Tensor[]): boolean {
  const scores = [...before.main.outputs].map((v) => v.op?.operands[0]).filter((v) => v !== undefined);
  let close = false;
  evaluateModule(before, inputs, {
    onValue: (value, tensor) => {
      if (!scores.includes(value)) return;
      const sorted = Array.from(numbers(tensor)).sort((a, b) => b - a);
      close ||= sorted.length > 1 && sorted[0]! - sorted[1]! < 1e-9 * Math.abs(sorted[0]!);
    },
  });
  return close;
}

/** Where the lowered module differs from the network on drawn inputs, in words; `undefined` when it does not. */
export function difference(
  { before, compilation }: Lowered,
  seed: number,
  mayTie = false,
): string | undefined {
  for (const [row, inputs] of drawInputs(before, { rows: 24, seed }).entries()) {
    const was = evaluateModule(before, inputs);
    const is = evaluateModule(compilation.module, inputs);
    for (const [i, tensor] of was.entries()) {
      const why = compareTensors(tensor, is[i]!, "bit-exact");
      if (why === undefined || (mayTie && tied(before, inputs))) continue;
      return `row ${row}: output ${i} ${why}`;
    }
  }
  return undefined;
}
