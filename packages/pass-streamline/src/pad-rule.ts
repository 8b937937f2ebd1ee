import { numbers } from "@gatefold/core";
import * as nn from "@gatefold/dialect-nn";
import { host } from "./fact.js";
import type { StreamlineModel } from "./rule.js";

/**
 * Constant padding of the spatial axes waits for the window behind it, which reads its value outside the image: no
 * padded image is ever stored.
 */
export const padRule: StreamlineModel = {
  mustLower: true,
  takesPadding: false,
  streamline(op, [x, value]) {
    if (!nn.Pad.is(op) || x?.kind !== "flow") return [host(op, "its operand is not on the device")];
    const { pads, mode } = op.attrs;
    const rank = x.shape.length;
    const spatial = pads.every((p, i) => p >= 0 && (p === 0 || (i % rank > 0 && i % rank < rank - 1)));
    if (mode !== "constant" || value?.kind !== "constant" || rank < 3 || !spatial) {
      return [
        host(
          op,
          "it is not padding of the spatial axes with a constant",
          "pad rows and columns with one value",
        ),
      ];
    }
    if (pads.every((p) => p === 0)) return [x];
    const pairs = Array.from({ length: rank - 2 }, (_, i) => [pads[i + 1]!, pads[i + 1 + rank]!] as const);
    const padding = { value: numbers(value.tensor)[0]!, pairs, image: x };
    return [{ ...x, shape: op.result().type.shape, padding }];
  },
};
