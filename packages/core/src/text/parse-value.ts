import type { AttrSpec, AttrValue } from "../ir/attr.js";
import { type ElemType, elemInfo, isElemType, isInt } from "../ir/elem.js";
import { firstUnrepresentable, makeTensor, type Tensor, type TensorData } from "../ir/tensor-data.js";
import { elementCount, stream, tensor, type ValueType } from "../ir/type.js";
import type { Cursor } from "./cursor.js";
import { describeToken, type Token } from "./lexer.js";
import { allocateIn, decodeData, defaultStorage, isStorage, type Storage } from "./tensors.js";

/** `tensor<1x784xu8>`, `stream<1x64xu8, 4>`. */
export function parseType(cursor: Cursor): ValueType {
  const token = cursor.expectKind("type", "a type");
  const match = /^(tensor|stream)<\s*((?:\d+x)*)([a-z][a-z0-9]*)\s*(?:,\s*(\d+)\s*)?>$/.exec(token.text);
  const [, kind, dims = "", elem = "", lanes] = match ?? [];
  if (!match || (kind === "stream") !== (lanes !== undefined)) {
    cursor.fail(
      token,
      `${describeToken(token)} is not a type.`,
      "write `tensor<1x784xu8>` or `stream<1x64xu8, 4>`",
    );
  }
  if (!isElemType(elem)) cursor.fail(token, `\`${elem}\` is not an element type.`);
  const shape = dims.split("x").slice(0, -1).map(Number);
  return kind === "tensor" ? tensor(elem, shape) : stream(elem, shape, Number(lanes));
}

function isReal(text: string): boolean {
  return !/^-?[0-9]+$/.test(text);
}

function numberToken(cursor: Cursor): Token {
  return cursor.at("nan") || cursor.at("inf") ? cursor.next() : cursor.expectKind("number", "a number");
}

function toNumber(text: string): number {
  return text === "nan" ? Number.NaN : Number(text.replace("inf", "Infinity"));
}

function fill(cursor: Cursor, elem: ElemType, data: TensorData, tokens: readonly Token[]): void {
  const { min, max } = elemInfo(elem);
  tokens.forEach((token, i) => {
    const whole = !isReal(token.text);
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      if (!whole) cursor.fail(token, `\`${token.text}\` is not a value of ${elem}.`);
      data[i] = BigInt(token.text);
      // The array itself wraps: what comes back must be what went in.
      if (data[i] !== BigInt(token.text)) cursor.fail(token, `\`${token.text}\` is not a value of ${elem}.`);
    } else data[i] = toNumber(token.text);
    const value = toNumber(token.text);
    if (isInt(elem) && !(value >= min && value <= max && Number.isInteger(value))) {
      cursor.fail(token, `\`${token.text}\` is not a value of ${elem}.`);
    }
  });
}

/** `dense<type, [items]>`, with the storage named where it is not the type's own; or `dense<type, u8 base64 "…">`. */
function parseTensor(cursor: Cursor): Tensor {
  const start = cursor.expect("dense", "before a tensor");
  cursor.expect("<", "after `dense`");
  const type = parseType(cursor);
  if (type.kind !== "tensor") cursor.fail(start, "A constant is a tensor, not a stream.");
  cursor.expect(",", "after the tensor's type");
  const count = elementCount(type);
  let storage: Storage = defaultStorage(type.elem);
  if (cursor.token.kind === "word") {
    const word = cursor.next();
    if (!isStorage(word.text))
      cursor.fail(
        word,
        `${describeToken(word)} is not a storage; there are f32, f64, i8 to i64 and u8 to u64.`,
      );
    storage = word.text;
  }
  let data: TensorData | undefined;
  if (cursor.take("base64")) {
    const { token } = cursor;
    data = decodeData(storage, count, cursor.string("base64 text"));
    if (!data) cursor.fail(token, `This is not base64 of ${count} elements of ${storage}.`);
  } else {
    const items = cursor.list("[", "]", "around the elements", () => numberToken(cursor));
    if (items.length !== count)
      cursor.fail(start, `The tensor has ${count} elements, and ${items.length} are given.`);
    data = allocateIn(storage, count);
    fill(cursor, type.elem, data, items);
  }
  cursor.expect(">", "after the elements");
  const value = makeTensor(type.elem, type.shape, data);
  const bad = isInt(type.elem) ? firstUnrepresentable(value) : -1;
  if (bad >= 0) cursor.fail(start, `Element ${bad} is ${data[bad]}, which is not a value of ${type.elem}.`);
  return value;
}

/** An attribute's value, checked against its declaration. */
export function parseAttr(cursor: Cursor, key: Token, spec: AttrSpec<AttrValue>): AttrValue {
  const wrong = (): never => cursor.fail(key, `The attribute \`${key.text}\` is not ${spec.describe}.`);
  let real = false;
  const scalar = (): number | string => {
    if (cursor.token.kind === "string") return cursor.string("a string");
    const { text } = numberToken(cursor);
    real ||= isReal(text);
    return toNumber(text);
  };
  let value: AttrValue;
  if (cursor.at("dense")) value = parseTensor(cursor);
  else if (cursor.at("true") || cursor.at("false")) value = cursor.next().text === "true";
  else if (cursor.at("[")) value = cursor.list("[", "]", "around the list", scalar) as AttrValue;
  else if (/^(number|string)$/.test(cursor.token.kind) || cursor.at("inf") || cursor.at("nan"))
    value = scalar();
  else
    cursor.fail(cursor.token, `Expected the value of \`${key.text}\`, not ${describeToken(cursor.token)}.`);
  if (!spec.accepts(value)) wrong();
  if (real && !spec.accepts(Array.isArray(value) ? [0.5] : 0.5)) wrong();
  return value;
}
