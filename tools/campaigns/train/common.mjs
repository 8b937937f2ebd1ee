/** What the training campaigns share: integers of a trained model, means over seeds, a table. */
import { createCompiler } from "@gatefold/core";
import { streamline } from "@gatefold/pass-streamline";
import { exportModel } from "@gatefold/train";

/** The integer network of a trained model, with the host's parts around it. */
export async function integersOf(model) {
  const compiler = createCompiler({ plugins: [streamline()] });
  const compilation = compiler.start(exportModel(model, { name: "network" }));
  await compiler.run(compilation);
  return compilation.module;
}

export const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Sample standard deviation; 0 of one value. */
export function deviation(values) {
  if (values.length < 2) return 0;
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1));
}

/** Percent with two places, and the spread over the seeds. */
export const percent = (values) => {
  const spread = values.length > 1 ? `±${(100 * deviation(values)).toFixed(2)}` : "";
  return `${(100 * mean(values)).toFixed(2)}${spread}`;
};

/** Claims that are fixed before running; prints each and counts those that do not hold. */
export function checker() {
  let broken = 0;
  return {
    claim(text, holds) {
      if (!holds) broken++;
      console.log(`${holds ? "holds " : "BROKEN"}  ${text}`);
    },
    exit() {
      process.exit(broken === 0 ? 0 : 1);
    },
  };
}

/** Numbers after `--name` on the command line, or the default. */
export function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1].split(",");
}

export const seedsOf = (fallback = ["1", "2", "3"]) => option("seeds", fallback).map(Number);
