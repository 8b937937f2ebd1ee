import { type AgainstKind, againstKinds, verifyAgainst } from "../against/verify-against.js";
import { verify } from "../api/verify.js";
import { exitCodes } from "../exit-codes.js";
import type { CliCommand } from "./command.js";
import {
  dataFlags,
  fail,
  flag,
  type Parser,
  pathAt,
  pipelineFlags,
  readOptions,
  verifyFlags,
} from "./flags.js";

/** `rtl`, `hls`, `onnx`, or `onnx=other.onnx`. */
interface Against {
  readonly kind: AgainstKind;
  readonly other: string | undefined;
}

const against: Parser<Against> = (text) => {
  const at = text.indexOf("=");
  const [name, other] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  const kind = againstKinds.find((each) => each === name);
  const expected = `${againstKinds.map((each) => `\`${each}\``).join(", ")} or \`onnx=<file>\``;
  return kind === undefined || other === "" || (other !== undefined && kind !== "onnx")
    ? fail("--against", text, expected)
    : { kind, other };
};

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "Network = integers = Verilog, on drawn or given inputs; or where two executions first differ.",
  argument: {
    name: "model",
    text: "an ONNX, QONNX or QCDQ file, or .gf text; with --against rtl or hls an output folder, too",
  },
  addFlags: (command) => {
    flag(
      command,
      "--against <what>",
      "the first tensor that differs: rtl or hls (every stream), onnx (every quantizer), onnx=<other model>",
      against,
    );
    pipelineFlags(command);
    verifyFlags(command);
    dataFlags(command);
  },
  run: async ({ io, reporter, flags }, model) => {
    const options = { ...(await readOptions(io, flags)), model: pathAt(io, model) };
    const wanted = flags["against"] as Against | undefined;
    if (wanted) {
      const other = wanted.other === undefined ? undefined : pathAt(io, wanted.other);
      const { onEvent } = reporter;
      const result = await verifyAgainst({ ...options, against: wanted.kind, other, onEvent });
      if (result.difference) reporter.diagnostic(result.difference);
      const equal = result.divergence === undefined;
      return {
        exitCode: equal ? exitCodes.ok : exitCodes.difference,
        json: { bitExact: equal, ...result },
      };
    }
    const { verification } = await verify({ ...options, onEvent: reporter.onEvent });
    const { difference } = verification;
    if (difference) reporter.diagnostic(difference);
    return {
      exitCode: difference ? exitCodes.difference : exitCodes.ok,
      json: { bitExact: difference === undefined, ...verification },
    };
  },
};
