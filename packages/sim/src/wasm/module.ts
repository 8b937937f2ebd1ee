import { type Code, pushUnsigned, type ValueType, valueTypeByte } from "./code.js";

/** Assembles a WebAssembly module that imports its memory as `env.memory`. Source: WebAssembly Core Specification 2.0, section 5.5. */
export class ModuleBuilder {
  private readonly functions: Code[] = [];
  private readonly exported: { readonly name: string; readonly index: number }[] = [];

  /** Appends a function and returns its index. Its body may be written later, before {@link build}. */
  add(code: Code, exportName?: string): number {
    const index = this.functions.push(code) - 1;
    if (exportName !== undefined) this.exported.push({ name: exportName, index });
    return index;
  }

  build(): Uint8Array<ArrayBuffer> {
    const types: string[] = [];
    const typeBytes: number[][] = [];
    const typeOf = (code: Code): number => {
      const key = `${code.params}:${code.results}`;
      const known = types.indexOf(key);
      if (known >= 0) return known;
      const bytes = [0x60];
      for (const list of [code.params, code.results])
        pushBytes(
          bytes,
          list.map((t) => valueTypeByte[t]),
        );
      typeBytes.push(bytes);
      return types.push(key) - 1;
    };
    const typeIndices = this.functions.map(typeOf);

    const out: number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    section(out, 1, typeBytes);
    section(out, 2, [[...name("env"), ...name("memory"), 0x02, 0x00, 0x01]]);
    section(
      out,
      3,
      typeIndices.map((index) => unsigned(index)),
    );
    section(
      out,
      7,
      this.exported.map((e) => [...name(e.name), 0x00, ...unsigned(e.index)]),
    );
    section(out, 10, this.functions.map(functionBytes));
    return Uint8Array.from(out);
  }
}

function functionBytes(code: Code): number[] {
  const groups: { type: ValueType; count: number }[] = [];
  for (const type of code.locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  const body: number[] = [];
  pushUnsigned(body, groups.length);
  for (const { type, count } of groups) {
    pushUnsigned(body, count);
    body.push(valueTypeByte[type]);
  }
  for (const byte of code.bytes) body.push(byte);
  body.push(0x0b);
  const out: number[] = [];
  pushBytes(out, body);
  return out;
}

function section(out: number[], id: number, items: readonly (readonly number[])[]): void {
  const body = unsigned(items.length);
  for (const item of items) for (const byte of item) body.push(byte);
  out.push(id);
  pushBytes(out, body);
}

function pushBytes(out: number[], bytes: readonly number[]): void {
  pushUnsigned(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  pushUnsigned(bytes, value);
  return bytes;
}

function name(text: string): number[] {
  const out: number[] = [];
  pushBytes(out, [...new TextEncoder().encode(text)]);
  return out;
}
