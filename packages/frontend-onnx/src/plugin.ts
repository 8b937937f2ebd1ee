import { DiagnosticError, definePlugin, type Plugin } from "@gatefold/core";
import { badOption } from "./diagnostics.js";
import type { OnnxHandler } from "./handler.js";
import { type ImportOptions, importOnnx } from "./import.js";
import { type InputEncoding, parseInputEncoding } from "./input-encoding.js";
import { looksLikeModel } from "./open.js";

export interface FrontendOnnxOptions {
  /** Sizes of open dimensions, by the name that the file gives them or as `input[axis]`. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Which inputs the circuit reads as integer codes, as values or as text (`x:uint8:scale=1/255`). */
  readonly inputs?: readonly (InputEncoding | string)[];
  /** Import handlers of operators that this package does not know, or knows otherwise. */
  readonly handlers?: readonly OnnxHandler[];
  /** Limit on the elements of one tensor; 2^28 unless given. */
  readonly maxElements?: number;
}

/** Checks options that a configuration gave, which TypeScript has not seen. `at` is their path. */
function checkOptions(options: Readonly<Record<string, unknown>>, at: string): ImportOptions {
  const fail = (key: string, reason: string): never => {
    throw new DiagnosticError([badOption(`${at}.${key}`, reason)]);
  };
  const out: { -readonly [K in keyof ImportOptions]: ImportOptions[K] } = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (key === "dims") {
      if (typeof value !== "object" || value === null) return fail(key, "is not an object of sizes");
      for (const [name, size] of Object.entries(value)) {
        if (!Number.isSafeInteger(size) || size < 1) fail(`dims.${name}`, "is not a whole number from 1");
      }
      out.dims = value as Readonly<Record<string, number>>;
    } else if (key === "inputs") {
      if (!Array.isArray(value)) return fail(key, "is not a list of input encodings");
      out.inputs = value.map((v: unknown) =>
        typeof v === "string" ? parseInputEncoding(v) : (v as InputEncoding),
      );
    } else if (key === "handlers") {
      if (!Array.isArray(value)) return fail(key, "is not a list of import handlers");
      out.handlers = value as readonly OnnxHandler[];
    } else if (key === "maxElements") {
      if (!Number.isSafeInteger(value)) return fail(key, "is not a whole number");
      out.maxElements = value as number;
    } else if (key === "path") {
      if (typeof value !== "string") return fail(key, "is not a text");
      out.path = value;
    } else fail(key, "is not an option");
  }
  return out;
}

/**
 * Imports `.onnx` sources. A source's own options (`dims`, `inputs`, `maxElements`, and `path`, beside which external
 * data lies) go before the plugin's.
 */
export function frontendOnnx(options: FrontendOnnxOptions = {}): Plugin {
  const base = checkOptions({ ...options }, "frontendOnnx");
  return definePlugin({
    name: "frontend-onnx",
    setup(hooks) {
      hooks.import.tap((source, ctx) => {
        if (!source.name.toLowerCase().endsWith(".onnx") && !looksLikeModel(source.bytes)) return undefined;
        const own = checkOptions(source.options ?? {}, "source.options");
        const { module, diagnostics } = importOnnx(source.bytes, { path: source.name, ...base, ...own });
        ctx.diagnostics.report(...diagnostics);
        return module;
      });
    },
  });
}
