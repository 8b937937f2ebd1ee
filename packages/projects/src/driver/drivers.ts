import { verilogDesign } from "@gatefold/backend-verilog";
import { definePlugin, type Plugin } from "@gatefold/core";
import { shipped } from "../shipped.js";
import { cHeader, headerName } from "./c-header.js";
import { driverLayout, printLayout } from "./layout.js";

/**
 * Emits what the host needs to talk to the circuit: `driver/layout.json`, a C header and a Python driver for PYNQ. Nothing where no
 * plugin emitted Verilog.
 */
export function drivers(): Plugin {
  return definePlugin({
    name: "drivers",
    after: ["verilog"],
    setup(hooks) {
      hooks.emit.tap(({ module, facts, files }) => {
        const design = facts.get(verilogDesign);
        if (!design) return;
        const layout = driverLayout(design, module);
        files.add("driver/layout.json", printLayout(layout), "driver");
        files.add(`driver/${headerName(design.top)}`, cHeader(layout), "driver");
        const headers = design.weights ? ["gatefold_stream.h", "gatefold_weights.h"] : ["gatefold_stream.h"];
        for (const name of [...headers, "pynq_driver.py"])
          files.add(`driver/${name}`, shipped(`driver/${name}`), "driver");
      });
    },
  });
}
