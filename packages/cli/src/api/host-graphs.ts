import { definePlugin, type Plugin, printGraph } from "@gatefold/core";

export const headFile = "host/head.gf";
export const tailFile = "host/tail.gf";
export const kernelsFile = "host/kernels.gf";

/**
 * Emits what stays on the host, as text: `host/head.gf` maps the network's inputs to the codes that the circuit reads,
 * `host/tail.gf` maps the circuit's outputs to the network's. A file is absent where there is nothing to do. `host/kernels.gf` is what
 * the circuit itself computes, so that a folder can be verified alone.
 */
export const hostGraphs: Plugin = definePlugin({
  name: "host-graphs",
  setup(hooks) {
    hooks.emit.tap(({ module, files }) => {
      if (module.head) files.add(headFile, printGraph(module.head), "driver");
      files.add(kernelsFile, printGraph(module.main), "data");
      if (module.tail) files.add(tailFile, printGraph(module.tail), "driver");
    });
  },
});
