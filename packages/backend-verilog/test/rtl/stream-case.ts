import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folder of the hand-written modules. */
export const rtlFolder: string = join(import.meta.dirname, "..", "..", "rtl");

/** The modules' files, `gf_*.v`. */
export const rtlFiles: readonly string[] = readdirSync(rtlFolder)
  .filter((name) => name.endsWith(".v"))
  .sort();

/** A device under test with one stream in, one stream out, and what should come out of it. */
export interface StreamCase {
  readonly name: string;
  /** Verilog statements that stand in a module with `aclk`, `aresetn`, `s_axis_*` and `m_axis_*`. */
  readonly body: string;
  /** Contents of memories by file name; the body names a file as `"<file>"`. */
  readonly memories?: Readonly<Record<string, readonly bigint[]>>;
  readonly inBits: number;
  readonly outBits: number;
  readonly input: readonly bigint[];
  readonly expected: readonly bigint[];
  /** Without stalls, output beat k is valid exactly this many cycles after input beat `beat` is accepted. */
  readonly timing?: (k: number) => { readonly beat: number; readonly cycles: number } | undefined;
  /** Without stalls, output beats `period` apart are exactly this many cycles apart, from beat `from` on. */
  readonly interval?: { readonly period: number; readonly cycles: number; readonly from?: number };
}

/** Probabilities, each cycle, that the source or the sink does nothing; a shy sink waits for tvalid first. */
export interface Stalls {
  readonly source: number;
  readonly sink: number;
  readonly shySink?: boolean;
  readonly seed: number;
}

export interface CaseResult {
  /** Cycles in which input beats were accepted. */
  readonly accepted: readonly number[];
  /** Beats; undefined where a bit is unknown. */
  readonly outputs: readonly { readonly cycle: number; readonly word: bigint | undefined }[];
  /** Broken stream rules: a beat withdrawn or changed, an unknown handshake. */
  readonly violations: readonly string[];
}

/** Runs cases side by side, once for each kind of stalls. */
export type Simulate = (
  cases: readonly StreamCase[],
  runs: readonly Stalls[],
) => Promise<readonly (readonly CaseResult[])[]>;

/** The case as a module `case_<index>`; its memories are the files `<index>_<file>`. */
export function caseModule({ body, memories, inBits, outBits }: StreamCase, index: number): string {
  const named = Object.keys(memories ?? {}).reduce(
    (text, file) => text.replaceAll(`"${file}"`, `"${index}_${file}"`),
    body,
  );
  return `
module case_${index} (
  input wire aclk, input wire aresetn,
  input wire [${inBits - 1}:0] s_axis_tdata, input wire s_axis_tvalid, output wire s_axis_tready,
  output wire [${outBits - 1}:0] m_axis_tdata, output wire m_axis_tvalid, input wire m_axis_tready
);
${named}
endmodule
`;
}

/** All cases in one module: streams `s<index>` in and `m<index>` out. */
export function topModule(name: string, cases: readonly StreamCase[]): string {
  const ports = cases.flatMap(({ inBits, outBits }, i) => [
    `input wire [${inBits - 1}:0] s${i}_tdata, input wire s${i}_tvalid, output wire s${i}_tready`,
    `output wire [${outBits - 1}:0] m${i}_tdata, output wire m${i}_tvalid, input wire m${i}_tready`,
  ]);
  const instances = cases.map(
    (_, i) => `  case_${i} run_${i} (
    .aclk(aclk), .aresetn(aresetn), .s_axis_tdata(s${i}_tdata), .s_axis_tvalid(s${i}_tvalid), .s_axis_tready(s${i}_tready),
    .m_axis_tdata(m${i}_tdata), .m_axis_tvalid(m${i}_tvalid), .m_axis_tready(m${i}_tready));`,
  );
  return `module ${name} (\n  input wire aclk, input wire aresetn,\n  ${ports.join(",\n  ")}\n);\n${instances.join("\n")}\nendmodule\n`;
}

/** Memory files of all cases, as `$readmemh` reads them. */
export function memoryFiles(cases: readonly StreamCase[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    cases.flatMap(({ memories }, index) =>
      Object.entries(memories ?? {}).map(([file, words]) => [`${index}_${file}`, hexLines(words)]),
    ),
  );
}

/** One hexadecimal word a line. */
export function hexLines(words: readonly bigint[]): string {
  return `${words.map((word) => word.toString(16)).join("\n")}\n`;
}
