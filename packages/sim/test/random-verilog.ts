import { random } from "./cell-model.js";

/** A combinational module `m` of random expressions over inputs of random widths and signs. */
export function randomModule(seed: number, outputCount: number): string {
  const r = random(seed);
  const width = (): number => ([1, 4, 8, 17, 33, 64, 70, 129, 210] as const)[r.below(9)] as number;
  const inputs = Array.from({ length: 6 }, (_, i) => ({
    name: `i${i}`,
    width: width(),
    signed: r.below(2) === 1,
  }));
  const pick = <T>(list: readonly T[]): T => list[r.below(list.length)] as T;
  const leaf = (): string => {
    const input = pick(inputs);
    switch (r.below(6)) {
      case 0: {
        const high = r.below(input.width);
        return input.width === 1 ? input.name : `${input.name}[${high}:${r.below(high + 1)}]`;
      }
      case 1:
        return input.width === 1
          ? input.name
          : `${input.name}[${pick(inputs.filter((x) => x.width < 9).concat(input)).name}]`;
      case 2:
        return `${1 + r.below(40)}'${pick(["d", "sd"])}${r.below(1000)}`;
      case 3:
        return `{${input.name}, ${pick(inputs).name}}`;
      default:
        return input.name;
    }
  };
  const narrow = (): string =>
    pick([...inputs.filter((x) => x.width <= 64).map((x) => x.name), "8'd3", "5'sd9"]);
  const expression = (depth: number): string => {
    if (depth === 0) return leaf();
    const sub = (): string => expression(depth - 1 - r.below(depth));
    switch (r.below(9)) {
      case 0:
        return `(${pick(["~", "-", "+", "!", "&", "|", "^", "~^"])}(${sub()}))`;
      case 1:
        return `(${sub()} ? ${sub()} : ${sub()})`;
      case 2:
        return `(${sub()} ${pick(["<<", ">>", "<<<", ">>>"])} ${leaf()})`;
      case 3:
        return `$${pick(["signed", "unsigned"])}(${sub()})`;
      case 4:
        return `(${sub()} ${pick(["<", "<=", ">", ">=", "==", "!=", "&&", "||"])} ${sub()})`;
      case 5:
        // Icarus Verilog 11 divides more than 64 bits by 1 to 0; wide division is tested against integers instead
        return `{${narrow()} ${pick(["/", "%"])} ${narrow()}}`;
      default:
        return `(${sub()} ${pick(["+", "-", "*", "&", "|", "^", "~^"])} ${sub()})`;
    }
  };
  const ports = [
    ...inputs.map((i) => `input ${i.signed ? "signed " : ""}[${i.width - 1}:0] ${i.name}`),
    ...Array.from(
      { length: outputCount },
      (_, i) => `output ${r.below(2) ? "signed " : ""}[${width() - 1}:0] y${i}`,
    ),
  ];
  const assigns = Array.from({ length: outputCount }, (_, i) => `  assign y${i} = ${expression(3)};`);
  return `module m(${ports.join(", ")});\n${assigns.join("\n")}\nendmodule\n`;
}
