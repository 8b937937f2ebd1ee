import { DiagnosticError } from "../diag/diagnostic.js";
import { badOption } from "../diagnostics.js";

/** One check of one option: what it has to be, and whether a value is that. Gives the path of the part that is not. */
export interface OptionSpec<T> {
  readonly expected: string;
  readonly optional: boolean;
  /** Complaints as `[path, expected, got]`. */
  check(value: unknown, path: string): readonly OptionComplaint[];
  /** Never set; carries the type. */
  readonly type?: T;
}

export type OptionComplaint = readonly [path: string, expected: string, got: unknown];

export type OptionSchema = Readonly<Record<string, OptionSpec<unknown>>>;

export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
}

function describe(value: unknown): string {
  if (value === undefined) return "not given";
  if (typeof value === "function") return "a function";
  const text =
    typeof value === "bigint"
      ? `${value}n`
      : typeof value === "number"
        ? String(value)
        : JSON.stringify(value);
  return `\`${text !== undefined && text.length > 60 ? `${text.slice(0, 60)}…` : (text ?? typeof value)}\``;
}

/** An error that names the plugin and the option's path: `fold`: option `layers[2].pe` is `0`, and has to be … */
export function optionError(plugin: string, path: string, expected: string, got: unknown): DiagnosticError {
  return new DiagnosticError([badOption(plugin, path, expected, describe(got))]);
}

function leaf<T>(expected: string, accepts: (value: unknown) => boolean): OptionSpec<T> {
  return {
    expected,
    optional: false,
    check: (value, path) => (accepts(value) ? [] : [[path, expected, value]]),
  };
}

function bounded<T>(
  what: string,
  { min, max }: NumberBounds,
  accepts: (v: unknown) => boolean,
): OptionSpec<T> {
  const range = [
    min === undefined ? [] : [`at least ${min}`],
    max === undefined ? [] : [`at most ${max}`],
  ].flat();
  return leaf(
    [what, ...range].join(", "),
    (v) => accepts(v) && (v as number) >= (min ?? -Infinity) && (v as number) <= (max ?? Infinity),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkRecord(
  value: Readonly<Record<string, unknown>>,
  schema: OptionSchema,
  path: string,
): OptionComplaint[] {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const known = Object.keys(schema);
  const unknown = Object.keys(value)
    .filter((key) => !Object.hasOwn(schema, key))
    .map(
      (key): OptionComplaint => [
        at(key),
        `one of ${known.join(", ")}: there is no option of this name`,
        value[key],
      ],
    );
  const wrong = known.flatMap((key) => {
    const spec = schema[key]!;
    return value[key] === undefined && spec.optional ? [] : spec.check(value[key], at(key));
  });
  return [...unknown, ...wrong];
}

/** What an option may be. */
export const option = {
  boolean: (): OptionSpec<boolean> => leaf("true or false", (v) => typeof v === "boolean"),
  integer: (bounds: NumberBounds = {}): OptionSpec<number> =>
    bounded("an integer", bounds, Number.isSafeInteger),
  number: (bounds: NumberBounds = {}): OptionSpec<number> =>
    bounded("a finite number", bounds, Number.isFinite),
  string: (): OptionSpec<string> => leaf("a string", (v) => typeof v === "string"),
  oneOf: <const T extends string | number>(values: readonly T[]): OptionSpec<T> =>
    leaf(`one of ${values.join(", ")}`, (v) => values.includes(v as T)),
  /** Anything that `accepts` takes. */
  custom: <T>(expected: string, accepts: (value: unknown) => boolean): OptionSpec<T> =>
    leaf(expected, accepts),
  list: <T>(item: OptionSpec<T>): OptionSpec<readonly T[]> => ({
    expected: `a list, each ${item.expected}`,
    optional: false,
    check: (value, path) =>
      Array.isArray(value)
        ? value.flatMap((v, i) => item.check(v, `${path}[${i}]`))
        : [[path, `a list, each ${item.expected}`, value]],
  }),
  object: <T>(schema: OptionSchema): OptionSpec<T> => ({
    expected: "an object",
    optional: false,
    check: (value, path) =>
      isRecord(value) ? checkRecord(value, schema, path) : [[path, "an object", value]],
  }),
  /** Values by free keys, such as layer names. */
  record: <T>(item: OptionSpec<T>): OptionSpec<Readonly<Record<string, T>>> => ({
    expected: `an object, each value ${item.expected}`,
    optional: false,
    check: (value, path) =>
      isRecord(value)
        ? Object.entries(value).flatMap(([key, v]) => item.check(v, `${path}.${key}`))
        : [[path, `an object, each value ${item.expected}`, value]],
  }),
  optional: <T>(inner: OptionSpec<T>): OptionSpec<T | undefined> => ({
    expected: inner.expected,
    optional: true,
    check: (value, path) => (value === undefined ? [] : inner.check(value, path)),
  }),
} as const;

/**
 * Checks a factory's options once, at construction, and gives them back. Throws `DiagnosticError` with every option
 * that is unknown or wrong, by path.
 */
export function checkOptions<T extends object>(plugin: string, options: T, schema: OptionSchema): T {
  const complaints = isRecord(options)
    ? checkRecord(options, schema, "")
    : ([["options", "an object", options]] satisfies OptionComplaint[]);
  if (complaints.length > 0) {
    throw new DiagnosticError(
      complaints.map(([path, expected, got]) => badOption(plugin, path, expected, describe(got))),
    );
  }
  return options;
}
