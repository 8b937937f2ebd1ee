import {
  createModule,
  DiagnosticError,
  definePlugin,
  type ElemType,
  elemForRange,
  Graph,
  type Module,
  type Plugin,
  tensor,
} from "@gatefold/core";
import { bodyOf, Netlist } from "@gatefold/dialect-q";
import type { Netlist as Circuit, Port } from "@gatefold/netlist";
import { readTables } from "@gatefold/pass-truthtable";
import { parseTables, plainName } from "../load/table-files.js";

/** A network of tables as a circuit, and as a module of one `q.netlist` from `x` `<1 x inputs>` to `y` `<1 x outputs>`. */
export interface TableNetwork {
  readonly netlist: Circuit;
  readonly module: Module;
}

/** Reads a network of tables from its JSON. Throws `DiagnosticError` with all that is wrong in it; `file` is where it stands. */
export function tableNetwork(json: unknown, name: string, file: string): TableNetwork {
  const netlist = read(json, name, file);
  const graph = new Graph("main");
  const x = graph.addInput(tensor(elemOf(netlist, netlist.inputs), [1, netlist.inputs.length]), "x");
  const attrs = { body: bodyOf(netlist), elem: elemOf(netlist, netlist.outputs) };
  graph.setOutputs([Netlist.build(graph, [x], attrs, { loc: { file, node: name }, names: ["y"] })]);
  return { netlist, module: createModule(name, graph) };
}

function read(json: unknown, name: string, file: string): Circuit {
  try {
    return readTables(json, name);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(
      error.diagnostics.map((each) => ({ ...each, loc: { file } })),
      { cause: error },
    );
  }
}

/** The narrowest type that holds the words of all ports. */
function elemOf(netlist: Circuit, ports: readonly Port[]): ElemType {
  const intervals = ports.map(({ node }) => netlist.interval(node));
  return elemForRange(
    intervals.reduce((least, { lo }) => Math.min(least, lo), 0),
    intervals.reduce((most, { hi }) => Math.max(most, hi), 0),
  );
}

/** Imports `.json` and `.json.gz`: networks of tables. */
export const tableNetworks: Plugin = definePlugin({
  name: "table-networks",
  setup(hooks) {
    hooks.import.tap(({ name, bytes }) =>
      /\.json(\.gz)?$/i.test(name)
        ? tableNetwork(parseTables(bytes, name), plainName(name), name).module
        : undefined,
    );
  },
});
