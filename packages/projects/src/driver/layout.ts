import { beatBytes, type StreamPort, type VerilogDesign, type WeightPort } from "@gatefold/backend-verilog";
import { type ElemType, elementCount, elemInfo, type Module } from "@gatefold/core";
import { type Decoding, decodingOf, type Encoding, encodingOf } from "./codes.js";

export const layoutSchema = "gatefold-layout";

/** How the elements of a port lie in the bytes of its frames: all that a driver needs. */
export interface PortLayout {
  readonly name: string;
  /** Ports `<prefix>_tdata`, `_tvalid`, `_tready` of the circuit. */
  readonly prefix: string;
  readonly elem: ElemType;
  /** How a code is stored: as it is, in two's complement, or −1/+1 as 0/1. */
  readonly code: "unsigned" | "signed" | "bipolar";
  readonly widthBits: number;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements a beat; lane 0 in the low bits. */
  readonly lanes: number;
  readonly beats: number;
  readonly beatBytes: number;
  readonly frameBytes: number;
  /** Bytes of a beat on a bus that wants a power of two, zeros above `beatBytes`. */
  readonly busBytes: number;
}

export interface InputLayout extends PortLayout {
  /** How real values become codes; absent where that is more than one linear quantizer, see `host/head.gf`. */
  readonly encoding?: Encoding;
}

export interface OutputLayout extends PortLayout {
  /** How codes become real values; absent where that is more than scale and offset, see `host/tail.gf`. */
  readonly decoding?: Decoding;
}

/** `driver/layout.json`. */
export interface DriverLayout {
  readonly schema: typeof layoutSchema;
  readonly top: string;
  readonly inputs: readonly InputLayout[];
  readonly outputs: readonly OutputLayout[];
  /** Where other weights are written, and how they are packed; absent where weights are constants. */
  readonly weights?: WeightPort;
}

/** The next power of two from 1. */
export function busBytesOf(bytes: number): number {
  let bus = 1;
  while (bus < bytes) bus *= 2;
  return bus;
}

/** The layout of one stream; `packBeats` and `unpackBeats` of the Verilog backend say what it means. */
export function portLayout({ name, prefix, type, beatsPerFrame }: StreamPort): PortLayout {
  const { widthBits, signed } = elemInfo(type.elem);
  const bytes = beatBytes(type);
  return {
    name,
    prefix,
    elem: type.elem,
    code: type.elem === "bipolar" ? "bipolar" : signed ? "signed" : "unsigned",
    widthBits,
    shape: type.shape,
    elements: elementCount(type),
    lanes: type.lanes,
    beats: beatsPerFrame,
    beatBytes: bytes,
    frameBytes: beatsPerFrame * bytes,
    busBytes: busBytesOf(bytes),
  };
}

/** What a driver of an emitted design needs to know. */
export function driverLayout(design: VerilogDesign, { head, tail }: Module): DriverLayout {
  return {
    schema: layoutSchema,
    top: design.top,
    inputs: design.inputs.map((port, i) => {
      const encoding = encodingOf(head, i);
      return { ...portLayout(port), ...(encoding && { encoding }) };
    }),
    outputs: design.outputs.map((port, i) => {
      const decoding = decodingOf(tail, i);
      return { ...portLayout(port), ...(decoding && { decoding }) };
    }),
    ...(design.weights && { weights: design.weights }),
  };
}

/** `driver/layout.json` as text. */
export function printLayout(layout: DriverLayout): string {
  return `${JSON.stringify(layout, null, 2)}\n`;
}
