import { checkOptions, definePlugin, type OptionSchema, option, type Plugin } from "@gatefold/core";
import { broughtHandlers } from "./brought.js";
import type { OnnxHandler } from "./handler.js";
import { type ImportOptions, importOnnx } from "./import.js";
import { type InputEncoding, parseInputEncoding } from "./input-encoding.js";
import { looksLikeModel } from "./open.js";

/** What may be said of one source; for a compiler it goes into `source.options`. */
export interface SourceOptions {
  /** Path of the model, beside which external data lies; the source's name unless given. */
  readonly path?: string;
  /** Sizes of open dimensions, by the name that the file gives them or as `input[axis]`. */
  readonly dims?: Readonly<Record<string, number>>;
  /** Which inputs the circuit reads as integer codes, as values or as text (`x:uint8:scale=1/255`). */
  readonly inputs?: readonly (InputEncoding | string)[];
  /** Limit on the elements of one tensor; 2^28 unless given. */
  readonly maxElements?: number;
}

export interface FrontendOnnxOptions extends SourceOptions {
  /** Import handlers of operators that this package does not know, or knows otherwise. */
  readonly handlers?: readonly OnnxHandler[];
}

const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === "object" && v !== null;

const sourceSchema: OptionSchema = {
  path: option.optional(option.string()),
  dims: option.optional(option.record(option.integer({ min: 1 }))),
  inputs: option.optional(
    option.list(
      option.custom(
        "an input encoding or its text",
        (v) => typeof v === "string" || (isObject(v) && typeof v["elem"] === "string"),
      ),
    ),
  ),
  maxElements: option.optional(option.integer({ min: 1 })),
};

const pluginSchema: OptionSchema = {
  ...sourceSchema,
  handlers: option.optional(
    option.list(option.custom("an import handler", (v) => isObject(v) && typeof v["build"] === "function")),
  ),
};

function importOptions({ inputs, ...rest }: FrontendOnnxOptions): ImportOptions {
  if (!inputs) return rest;
  return { ...rest, inputs: inputs.map((v) => (typeof v === "string" ? parseInputEncoding(v) : v)) };
}

/** Imports `.onnx` sources, with the handlers that ops bring. A source's own options go before the plugin's. */
export function frontendOnnx(options: FrontendOnnxOptions = {}): Plugin {
  const base = importOptions(checkOptions("frontend-onnx", options, pluginSchema));
  return definePlugin({
    name: "frontend-onnx",
    setup(hooks, { ops, interfaces }) {
      // Those of the options are said last and win.
      const handlers = [...broughtHandlers(ops, interfaces), ...(base.handlers ?? [])];
      hooks.import.tap((source, ctx) => {
        if (!source.name.toLowerCase().endsWith(".onnx") && !looksLikeModel(source.bytes)) return undefined;
        const given: SourceOptions = source.options ?? {};
        const own = importOptions(checkOptions("frontend-onnx", given, sourceSchema));
        const { module, diagnostics } = importOnnx(source.bytes, {
          path: source.name,
          ...base,
          ...own,
          handlers,
        });
        ctx.diagnostics.report(...diagnostics);
        return module;
      });
    },
  });
}
