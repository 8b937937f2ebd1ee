import { type Circuit, entryOf, type Lut, lutOf } from "./circuit.js";

/** A signal or its complement. */
interface Literal {
  readonly signal: number;
  readonly inverted: boolean;
}

/** Signals that outputs need. */
function liveSignals({ inputs, luts, outputs }: Circuit): Uint8Array {
  const live = new Uint8Array(inputs + luts.length);
  for (const signal of outputs) live[signal] = 1;
  for (let i = luts.length - 1; i >= 0; i--) {
    if (live[inputs + i] === 1) for (const signal of luts[i]!.inputs) live[signal] = 1;
  }
  return live;
}

const inverse = ({ inputs, low, high }: Lut): Lut => lutOf(inputs, (a) => 1 ^ entryOf({ low, high }, a));

/**
 * The same outputs with only what they need: equal and complementary LUTs once, no inverters but those between two outputs or
 * behind a variable, constants folded.
 */
export function cleaned(circuit: Circuit): Circuit {
  const next = withLiterals(circuit);
  return next.luts.length < circuit.luts.length ? cleaned(next) : next;
}

function withLiterals(circuit: Circuit): Circuit {
  const { inputs, luts, outputs } = circuit;
  const live = liveSignals(circuit);
  const kept: Lut[] = [];
  const known = new Map<string, Literal>();
  const made: (Literal | 0 | 1)[] = Array.from({ length: inputs }, (_, signal) => ({
    signal,
    inverted: false,
  }));
  luts.forEach((lut, i) => {
    if (live[inputs + i] === 0) {
      made.push(0);
      return;
    }
    const operands = lut.inputs.map((signal) => made[signal]!);
    const signals = [...new Set(operands.flatMap((each) => (typeof each === "number" ? [] : [each.signal])))];
    signals.sort((a, b) => a - b);
    const places = operands.map((each) => (typeof each === "number" ? each : signals.indexOf(each.signal)));
    const next = lutOf(signals, (address) => {
      let at = 0;
      operands.forEach((each, j) => {
        const bit =
          typeof each === "number" ? each : ((address >>> places[j]!) & 1) ^ (each.inverted ? 1 : 0);
        at |= bit << j;
      });
      return entryOf(lut, at);
    });
    if (next.inputs.length === 0) made.push((next.low & 1) as 0 | 1);
    else if (next.inputs.length === 1) made.push({ signal: next.inputs[0]!, inverted: (next.low & 1) === 1 });
    else {
      // The form whose first entry is 0 stands for both.
      const inverted = (next.low & 1) === 1;
      const plain = inverted ? inverse(next) : next;
      const key = `${plain.inputs}:${plain.low},${plain.high}`;
      let literal = known.get(key);
      if (literal === undefined) {
        literal = { signal: inputs + kept.push(plain) - 1, inverted: false };
        known.set(key, literal);
      }
      made.push({ signal: literal.signal, inverted });
    }
  });
  return withOutputs(
    inputs,
    kept,
    outputs.map((signal) => made[signal]!),
  );
}

/** Turns LUTs over whose complement alone is an output, and adds an inverter where both are, or where it is a variable. */
function withOutputs(inputs: number, luts: Lut[], outputs: readonly (Literal | 0 | 1)[]): Circuit {
  const plain = new Set<number>();
  const turned = new Set<number>();
  for (const output of outputs) {
    if (typeof output !== "number") (output.inverted ? turned : plain).add(output.signal);
  }
  const flipped = new Set([...turned].filter((signal) => signal >= inputs && !plain.has(signal)));
  const result = luts.map((lut, i) => {
    const mask = lut.inputs.reduce((all, signal, j) => all | (flipped.has(signal) ? 1 << j : 0), 0);
    const own = flipped.has(inputs + i) ? 1 : 0;
    if (mask === 0 && own === 0) return lut;
    return lutOf(lut.inputs, (a) => own ^ entryOf(lut, a ^ mask));
  });
  const extra = new Map<string, number>();
  const add = (key: string, lut: Lut): number => {
    const signal = extra.get(key) ?? inputs + result.push(lut) - 1;
    extra.set(key, signal);
    return signal;
  };
  return {
    inputs,
    luts: result,
    outputs: outputs.map((output) => {
      if (typeof output === "number") return add(`${output}`, { inputs: [], low: output, high: 0 });
      if (!output.inverted || flipped.has(output.signal)) return output.signal;
      return add(`!${output.signal}`, { inputs: [output.signal], low: 1, high: 0 });
    }),
  };
}
