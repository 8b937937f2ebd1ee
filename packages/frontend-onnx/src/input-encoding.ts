import { DiagnosticError, type ElemType, elemInfo, isElemType } from "@gatefold/core";
import { badEncoding } from "./diagnostics.js";
import { elemOfName } from "./dtype.js";

/** How the integers that reach the circuit stand for the network's real input: `(code - zeroPoint) * scale`. */
export interface InputEncoding {
  /** Name of the graph input; may be left out when there is one. */
  readonly name?: string;
  readonly elem: ElemType;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A decimal number or a fraction of two. */
function parseNumber(text: string): number | undefined {
  const parts = text.split("/").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (parts.length > 2) return undefined;
  const value = parts.length === 2 ? parts[0]! / parts[1]! : parts[0]!;
  return Number.isFinite(value) ? value : undefined;
}

function parseElem(text: string): ElemType | undefined {
  const named = /^(u?)int(\d+)$/.exec(text);
  const elem = named ? `${named[1] ? "u" : "i"}${named[2]}` : (elemOfName(text) ?? text);
  return isElemType(elem) && elemInfo(elem).kind === "int" ? elem : undefined;
}

/**
 * Reads `[name:]type[:scale=number,zp=number]`, e.g. `x:uint8:scale=1/255,zp=0`, `int8:scale=0.3367`, `bipolar`.
 * A name may hold colons. Throws `DiagnosticError` (`onnx/bad-encoding`).
 */
export function parseInputEncoding(text: string): InputEncoding {
  const fail = (reason: string): never => {
    throw new DiagnosticError([badEncoding(text, reason)]);
  };
  const parts = text.split(":");
  const options = parts.at(-1)!.includes("=") ? parts.pop()!.split(",") : [];
  const typeText = parts.pop() ?? "";
  const elem = parseElem(typeText.trim());
  if (!elem) return fail(`\`${typeText}\` is not an integer type such as uint8, int4 or bipolar`);
  let scale = 1;
  let zeroPoint = 0;
  for (const option of options) {
    const [key, valueText = "", ...rest] = option.split("=");
    const value = rest.length > 0 ? undefined : parseNumber(valueText);
    if (value === undefined) return fail(`\`${valueText}\` is not a number`);
    if (key!.trim() === "scale") scale = value;
    else if (key!.trim() === "zp") zeroPoint = value;
    else return fail(`\`${key}\` is neither scale nor zp`);
  }
  if (scale <= 0) return fail("the scale is not above zero");
  if (!Number.isInteger(zeroPoint)) return fail("the zero point is not an integer");
  const name = parts.join(":");
  return { ...(name === "" ? {} : { name }), elem, scale, zeroPoint };
}
