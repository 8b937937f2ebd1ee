/** Reading of JSON whose shape nobody vouches for. */

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isInteger = (
  value: unknown,
  lo: number,
  hi: number = Number.MAX_SAFE_INTEGER,
): value is number => Number.isSafeInteger(value) && (value as number) >= lo && (value as number) <= hi;

/** A field of an object; `undefined` of anything else. */
export const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
