import { definePlugin, type Plugin, printGraph } from "@gatefold/core";

export const headFile = "host/head.gf";
export const tailFile = "host/tail.gf";

/**
 * Emits what stays on the host, as text: `host/head.gf` maps the network's inputs to the codes that the circuit reads,
 * `host/tail.gf` maps the circuit's outputs to the network's. A file is absent where there is nothing to do.
 */
export const hostGraphs: Plugin = definePlugin({
  name: "host-graphs",
  setup(hooks) {
    hooks.emit.tap(({ module, files }) => {
      if (module.head) files.add(headFile, printGraph(module.head), "driver");
      if (module.tail) files.add(tailFile, printGraph(module.tail), "driver");
    });
  },
});
