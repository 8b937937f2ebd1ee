import type { SumLimits, WeightMemory } from "@gatefold/backend-verilog";
import type { Decoding, Encoding } from "./codes.js";
import type { DriverLayout, PortLayout } from "./layout.js";

/** Name of the C header of a circuit. */
export function headerName(top: string): string {
  return `gatefold_${top}.h`;
}

const codeNames = {
  unsigned: "GATEFOLD_UNSIGNED",
  signed: "GATEFOLD_SIGNED",
  bipolar: "GATEFOLD_BIPOLAR",
} as const;

/** A double as C reads it, without loss. */
function real(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Lines of at most 110 columns. */
function list(values: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const value of values) {
    if (line !== "" && line.length + value.length + 6 > 110) {
      lines.push(`    ${line}`);
      line = "";
    }
    line += `${line === "" ? "" : " "}${value},`;
  }
  return [...lines, `    ${line}`];
}

const constant = (type: string, name: string, values: readonly string[]): readonly string[] => [
  `static const ${type} ${name} = {`,
  ...list(values),
  "};",
];

const define = (name: string, value: number): string => `#define ${name.toUpperCase()} ${value}`;

function portLines(id: string, port: PortLayout): readonly string[] {
  const { name, elem, shape, lanes, code, widthBits, elements, beatBytes, frameBytes, busBytes } = port;
  const comment = name.replace(/[^\w .:-]/g, "_");
  return [
    `/* ${comment}: ${shape.join(" x ")} x ${elem}, ${lanes} a beat. */`,
    define(`${id}_elements`, elements),
    define(`${id}_frame_bytes`, frameBytes),
    define(`${id}_bus_bytes`, busBytes),
    ...constant("gatefold_port", id, [
      codeNames[code],
      ...[widthBits, elements, lanes, beatBytes].map((value) => String(value)),
    ]),
  ];
}

function encodingLines(id: string, encoding: Encoding | undefined): readonly string[] {
  if (!encoding) return [];
  const { scale, zeroPoint, low, high, roundFirst, shape, order } = encoding;
  const values = [...[scale, zeroPoint, low, high].map(real), roundFirst ? "1" : "0"];
  return [
    ...(order
      ? [
          `/* The network's order is ${shape.join(" x ")}; the circuit takes its axes in the order ${order.join(", ")}. */`,
        ]
      : []),
    ...constant("gatefold_encoding", `${id}_encoding`, values),
  ];
}

function decodingLines(id: string, decoding: Decoding | undefined): readonly string[] {
  if (!decoding) return [];
  const { zeroPoint, scale, offset } = decoding;
  return [
    ...constant("double", `${id}_scale[]`, scale.map(real)),
    ...constant("double", `${id}_offset[]`, offset.map(real)),
    ...constant("gatefold_decoding", `${id}_decoding`, [
      real(zeroPoint),
      `${id}_scale`,
      String(scale.length),
      `${id}_offset`,
      String(offset.length),
    ]),
  ];
}

function functionLines(id: string, side: "pack" | "unpack"): readonly string[] {
  const [from, to] =
    side === "pack" ? ["const int64_t *codes", "uint8_t *bytes"] : ["const uint8_t *bytes", "int64_t *codes"];
  const order = side === "pack" ? "codes, bytes" : "bytes, codes";
  return [
    `static inline void ${id}_${side}(${from}, ${to})`,
    "{",
    `    gatefold_${side}(&${id}, ${order});`,
    "}",
  ];
}

function limitLines(
  id: string,
  { outputAxis, ...sums }: SumLimits,
  shape: readonly number[],
): readonly string[] {
  const inner = shape.slice(outputAxis + 1).reduce((all, d) => all * d, 1);
  return [
    ...constant("int64_t", `${id}_low[]`, sums.low.map(String)),
    ...constant("int64_t", `${id}_high[]`, sums.high.map(String)),
    ...constant("gatefold_sums", `${id}_sums`, [
      ...[sums.inputLow, sums.inputHigh, shape[outputAxis]!, inner].map(String),
      `${id}_low`,
      `${id}_high`,
      String(sums.low.length),
    ]),
  ];
}

function weightLines(top: string, memory: WeightMemory): readonly string[] {
  const { kernel, node, shape, elem, low, high, order, sums } = memory;
  const id = `${top}_weights_${kernel.toLowerCase()}`;
  const elements = shape.reduce((all, d) => all * d, 1);
  const of = node === undefined ? "" : ` of ${node.replace(/[^\w .:-]/g, "_")}`;
  return [
    `/* ${kernel}: weights${of}, ${shape.join(" x ")} x ${elem}. */`,
    define(`${id}_elements`, elements),
    ...constant(
      "uint32_t",
      `${id}_order[]`,
      order.flatMap(({ count, step }) => [String(count), String(step)]),
    ),
    ...limitLines(id, sums, shape),
    ...constant("gatefold_weights", id, [
      ...[elements, memory.depth, memory.fieldsPerWord, memory.fieldBits].map(String),
      ...[memory.baseBytes, memory.strideBytes, memory.parts].map(String),
      elem === "bipolar" ? "1" : "0",
      ...[low, high].map(String),
      String(order.length),
      `${id}_order`,
      `&${id}_sums`,
    ]),
    `static inline int ${id}_write(volatile uint32_t *port, const int64_t *weights)`,
    "{",
    `    return gatefold_weights_write(&${id}, port, weights);`,
    "}",
  ];
}

/** The C header of a circuit: sizes, layouts, codes, and a pack or unpack function a stream. */
export function cHeader({ top, inputs, outputs, weights }: DriverLayout): string {
  const guard = headerName(top).toUpperCase().replace(/\W/g, "_");
  const id = ({ prefix }: PortLayout): string => `${top}_${prefix}`;
  const lines = [
    `/* Streams of the circuit ${top}: generated by Gatefold. */`,
    `#ifndef ${guard}`,
    `#define ${guard}`,
    "",
    '#include "gatefold_stream.h"',
    ...(weights ? ['#include "gatefold_weights.h"'] : []),
    ...inputs.flatMap((port) => [
      "",
      ...portLines(id(port), port),
      ...encodingLines(id(port), port.encoding),
      ...functionLines(id(port), "pack"),
    ]),
    ...outputs.flatMap((port) => [
      "",
      ...portLines(id(port), port),
      ...decodingLines(id(port), port.decoding),
      ...functionLines(id(port), "unpack"),
    ]),
    ...(weights?.memories ?? []).flatMap((memory) => ["", ...weightLines(top, memory)]),
    "",
    "#endif",
  ];
  return `${lines.join("\n")}\n`;
}
