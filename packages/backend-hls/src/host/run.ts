import { spawn } from "node:child_process";
import { elementCount, numbers, type Tensor, tensorFrom } from "@gatefold/core";
import type { HlsPort } from "../design.js";
import type { HostBuild } from "./build.js";

/** Bytes of one integer between the program and us. */
const codeBytes = 8;

export interface HlsRunOptions {
  /**
   * A file for every beat of every stream, `<stream> <hexadecimal beat>` a line; also when the run stops early. Takes a
   * build with the flag `-DGATEFOLD_TRACE`.
   */
  readonly traceFile?: string | undefined;
}

/**
 * Runs a compiled network on rows of input codes, one tensor an input: the fourth execution beside evaluation, the
 * executor and simulated Verilog.
 *
 * @returns for each row the tensors of the outputs, in their shapes.
 */
export async function runHls(
  build: HostBuild,
  rows: readonly (readonly Tensor[])[],
  { traceFile }: HlsRunOptions = {},
): Promise<readonly (readonly Tensor[])[]> {
  const { inputs, outputs } = build.design;
  const out = await pipe(build.executable, pack(inputs, rows), traceFile);
  const perRow = outputs.reduce((sum, { type }) => sum + elementCount(type), 0) * codeBytes;
  if (out.length !== perRow * rows.length) {
    throw new Error(`the program gave ${out.length} bytes, not ${perRow} for each of ${rows.length} frames`);
  }
  let at = 0;
  return rows.map(() =>
    outputs.map(({ type }) => {
      const values = Float64Array.from({ length: elementCount(type) }, (_, i) =>
        Number(out.readBigInt64LE(at + i * codeBytes)),
      );
      at += values.length * codeBytes;
      return tensorFrom(type.elem, type.shape, values);
    }),
  );
}

function pack(inputs: readonly HlsPort[], rows: readonly (readonly Tensor[])[]): Buffer {
  const perRow = inputs.reduce((sum, { type }) => sum + elementCount(type), 0);
  const bytes = Buffer.alloc(perRow * rows.length * codeBytes);
  let at = 0;
  for (const row of rows) {
    inputs.forEach(({ name, type }, i) => {
      const codes = numbers(row[i]!);
      if (codes.length !== elementCount(type))
        throw new RangeError(`${codes.length} codes are no frame of ${elementCount(type)} for ${name}`);
      for (const code of codes) at = bytes.writeBigInt64LE(BigInt(code), at);
    });
  }
  return bytes;
}

/** What a program writes when it reads `input`. Throws with what it complains about when it fails. */
function pipe(command: string, input: Buffer, traceFile: string | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const env = traceFile === undefined ? process.env : { ...process.env, GATEFOLD_TRACE_FILE: traceFile };
    const child = spawn(command, ["--run"], { env });
    const [out, said]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const complaint = Buffer.concat(said).toString();
      if (code === 0 && complaint === "") resolve(Buffer.concat(out));
      else reject(new Error(`${command} stopped with ${signal ?? code}: ${complaint}`));
    });
    // a program that stops early closes its input; why is what it says
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
