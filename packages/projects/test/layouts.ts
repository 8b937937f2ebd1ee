import { beatBytes, packBeats } from "@gatefold/backend-verilog";
import {
  beatCount,
  type ElemType,
  elemInfo,
  type Random,
  randomInteger,
  type StreamType,
  stream,
  tensorFrom,
} from "@gatefold/core";
import { type DriverLayout, layoutSchema, type PortLayout, portLayout } from "@gatefold/projects";

/** A random stream with two frames of codes, half of them at the ends of their range, and their bytes by `packBeats`. */
export interface RandomPort {
  readonly port: PortLayout;
  readonly type: StreamType;
  readonly codes: readonly number[];
  readonly bytes: Uint8Array;
}

export const framesEach = 2;
const elems: readonly ElemType[] = [
  "bipolar",
  "bool",
  "u1",
  "i1",
  "i2",
  "u3",
  "i5",
  "i7",
  "u8",
  "i8",
  "i11",
  "u16",
  "i17",
  "i31",
  "i32",
  "u33",
  "i48",
];

export function randomPort(random: Random, index: number): RandomPort {
  const elem = elems[index % elems.length]!;
  const lanes = randomInteger(random, 1, 12);
  const shape = [1, randomInteger(random, 1, 3), lanes * randomInteger(random, 1, 3)];
  const type = stream(elem, shape, lanes);
  const { min, max } = elemInfo(elem);
  const code = (): number => {
    if (elem === "bipolar") return random() < 0.5 ? -1 : 1;
    if (random() < 0.5) return random() < 0.5 ? min : max;
    return min + Math.floor(random() * (max - min + 1));
  };
  const count = beatCount(type) * lanes * framesEach;
  const codes = Array.from({ length: count }, code);
  const port = portLayout({
    prefix: `s_axis_${index}`,
    name: `x${index}`,
    type,
    beatsPerFrame: beatCount(type),
    tdataBits: 8 * beatBytes(type),
  });
  return { port, type, codes, bytes: packBeats(tensorFrom(elem, [count], codes), type) };
}

/** A layout with every port both as an input and as an output. */
export function layoutOf(ports: readonly RandomPort[]): DriverLayout {
  return {
    schema: layoutSchema,
    top: "net",
    inputs: ports.map(({ port }) => port),
    outputs: ports.map(({ port }) => ({ ...port, prefix: port.prefix.replace("s_axis", "m_axis") })),
  };
}
