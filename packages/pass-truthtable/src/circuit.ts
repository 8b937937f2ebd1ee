/** A LUT of a circuit: entry `a` of its function is bit `a` of `low` (addresses 0 to 31) and `high`. */
export interface Lut {
  /** Signals; the first is the least significant bit of the address. */
  readonly inputs: readonly number[];
  readonly low: number;
  readonly high: number;
}

/**
 * A combinational circuit of LUTs over `inputs` variables. Signals: the variables, then the LUTs in order, each after what it reads.
 * LUTs without inputs are constants.
 */
export interface Circuit {
  readonly inputs: number;
  readonly luts: readonly Lut[];
  /** A signal for each output. */
  readonly outputs: readonly number[];
}

export const entryOf = ({ low, high }: Pick<Lut, "low" | "high">, address: number): number =>
  address < 32 ? (low >>> address) & 1 : (high >>> (address - 32)) & 1;

/** A LUT from its function; drops inputs that are without effect. */
export function lutOf(inputs: readonly number[], value: (address: number) => number): Lut {
  let entries = Array.from({ length: 2 ** inputs.length }, (_, a) => value(a) & 1);
  const kept = [...inputs];
  for (let i = kept.length - 1; i >= 0; i--) {
    const bit = 1 << i;
    if (entries.some((entry, a) => entry !== entries[a ^ bit])) continue;
    kept.splice(i, 1);
    entries = entries.filter((_, a) => (a & bit) === 0);
  }
  let [low, high] = [0, 0];
  entries.forEach((entry, a) => {
    if (a < 32) low |= entry << a;
    else high |= entry << (a - 32);
  });
  return { inputs: kept, low: low >>> 0, high: high >>> 0 };
}

/** Patterns of the first five variables within 32 addresses. */
const variableWords = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];

/** Words of 32 addresses that a plane of `inputs` variables takes. */
export const planeWords = (inputs: number): number => Math.max(1, 2 ** (inputs - 5));

/** The truth table of a variable: bit `a % 32` of word `a / 32` is its value at address `a`. */
export function variablePlane(variable: number, inputs: number): Uint32Array {
  const plane = new Uint32Array(planeWords(inputs));
  for (let w = 0; w < plane.length; w++) {
    plane[w] = variable < 5 ? variableWords[variable]! : (w >>> (variable - 5)) & 1 ? 0xffffffff : 0;
  }
  return plane;
}

/** 0 and 1 by address, packed. With fewer than 5 variables the pattern repeats through the word, as those of the variables do. */
export function packPlane(values: Uint8Array, inputs: number): Uint32Array {
  const plane = new Uint32Array(planeWords(inputs));
  const mask = 2 ** inputs - 1;
  for (let a = 0; a < plane.length * 32; a++) if (values[a & mask] !== 0) plane[a >>> 5]! |= 1 << (a & 31);
  return plane;
}

/** The plane of a LUT from those of its inputs; where those are as in `known`, so is the result. */
export function lutPlane(
  lut: Lut,
  planes: readonly Uint32Array[],
  into: Uint32Array,
  known?: { readonly planes: readonly Uint32Array[]; readonly result: Uint32Array },
): void {
  const operands = lut.inputs.map((signal) => planes[signal]!);
  const before = known && lut.inputs.map((signal) => known.planes[signal]!);
  const size = operands.length;
  const folded = new Int32Array(64);
  for (let w = 0; w < into.length; w++) {
    if (known && before) {
      let i = 0;
      while (i < size && operands[i]![w] === before[i]![w]) i++;
      if (i === size) {
        into[w] = known.result[w]!;
        continue;
      }
    }
    let length = 2 ** size;
    if (size === 0) {
      into[w] = lut.low & 1 ? 0xffffffff : 0;
      continue;
    }
    const first = operands[0]![w]!;
    for (let a = 0; a < length; a += 2) {
      const pair = a < 32 ? (lut.low >>> a) & 3 : (lut.high >>> (a - 32)) & 3;
      folded[a >> 1] = pair === 0 ? 0 : pair === 1 ? ~first : pair === 2 ? first : -1;
    }
    length >>= 1;
    for (let i = 1; i < size; i++) {
      const s = operands[i]![w]!;
      length >>= 1;
      for (let a = 0; a < length; a++) {
        const low = folded[2 * a]!;
        folded[a] = low ^ (s & (low ^ folded[2 * a + 1]!));
      }
    }
    into[w] = folded[0]!;
  }
}

/** Planes of all signals over all addresses. */
export function circuitPlanes(circuit: Circuit): Uint32Array[] {
  const planes = Array.from({ length: circuit.inputs }, (_, v) => variablePlane(v, circuit.inputs));
  for (const lut of circuit.luts) {
    const plane = new Uint32Array(planeWords(circuit.inputs));
    lutPlane(lut, planes, plane);
    planes.push(plane);
  }
  return planes;
}

/** LUTs: all but constants. */
export function lutCount(circuit: Circuit): number {
  return circuit.luts.filter((lut) => lut.inputs.length > 0).length;
}

/** LUTs on the longest way to each signal. */
export function signalLevels(circuit: Circuit): Int32Array {
  const levels = new Int32Array(circuit.inputs + circuit.luts.length);
  circuit.luts.forEach((lut, i) => {
    let deepest = -1;
    for (const signal of lut.inputs) deepest = Math.max(deepest, levels[signal]!);
    levels[circuit.inputs + i] = deepest + 1;
  });
  return levels;
}

export function circuitLevels(circuit: Circuit): number {
  const levels = signalLevels(circuit);
  return circuit.outputs.reduce((deepest, signal) => Math.max(deepest, levels[signal]!), 0);
}

/** Whether the circuit computes the functions at every address that matters. */
export function computes(
  circuit: Circuit,
  planes: readonly Uint8Array[],
  care: Uint8Array | undefined,
): boolean {
  const all = circuitPlanes(circuit);
  const mask = care === undefined ? undefined : packPlane(care, circuit.inputs);
  return planes.every((plane, o) => {
    const wanted = packPlane(plane, circuit.inputs);
    const got = all[circuit.outputs[o]!]!;
    return wanted.every((word, w) => ((word ^ got[w]!) & (mask?.[w] ?? -1)) === 0);
  });
}
