import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { evaluate, numbers, seededRandom, tensorFrom } from "@gatefold/core";
import { type DatasetArray, datasetArray, openNpz, writeNpy } from "@gatefold/datasets";
import { netlistOf } from "@gatefold/dialect-q";
import { simulate } from "@gatefold/netlist";
import { spatial } from "@gatefold/pass-spatial";
import { beforeAll, describe, expect, it } from "vitest";
import { importTables, verify } from "../src/index.js";
import { gatefold, temporaryFolder } from "./helpers/run.js";

const shared = process.env["GATEFOLD_SHARED"] ?? new URL("../../../../shared", import.meta.url).pathname;
const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/**
 * KANELÉ's jet tagger, 16-8-5 (MIT licence): its input's batch normalization is no table and not published with them. These gains and
 * offsets stand for it, fitted on the first 500 vectors; the quantizer behind it is the authors', of 6 bits up to 1.33.
 */
const gains = [0.51, 1.16, 0.58, 0.79, 0.25, 0.67, 0.52, 0.49, 0.33, 0.52, 0.39, 0.6, 0.52, 0.39, 0.49, 0.41];
const offsets = [
  -0.19, -0.22, -0.26, -0.21, -0.04, -0.31, -0.22, -0.3, 0.03, -0.22, -0.14, -0.08, -0.22, -0.65, -0.26,
  -0.24,
];
const fitted = 500;

interface Layers {
  readonly layers: readonly {
    readonly outputWidth: number;
    readonly neurons: readonly {
      readonly inputBits: readonly number[];
      readonly outputBits: readonly [number, number];
      readonly table: readonly number[];
    }[];
  }[];
}

/** What layers of neurons say of a vector of bits: the codes of the last layer. */
function lookUp({ layers }: Layers, inputs: readonly number[]): readonly number[] {
  let bits = inputs;
  let codes: readonly number[] = [];
  for (const { neurons, outputWidth } of layers) {
    codes = neurons.map(
      ({ inputBits, table }) => table[inputBits.reduce((a, bit) => 2 * a + bits[bit]!, 0)]!,
    );
    const next = new Array<number>(outputWidth).fill(0);
    neurons.forEach(({ outputBits: [low, high] }, j) => {
      for (let bit = low; bit <= high; bit++) next[bit] = (codes[j]! >> (bit - low)) & 1;
    });
    bits = next;
  }
  return codes;
}

interface Tables {
  readonly config: { readonly layers: readonly number[]; readonly layers_bitwidth: readonly number[] };
  readonly tables: Readonly<
    Record<string, { readonly acive: number; readonly values_int: readonly number[] }>
  >;
}

/** What the files say, table by table. */
function interpret({ config, tables }: Tables, inputs: readonly number[]): readonly number[] {
  let codes = inputs;
  for (let l = 0; l + 1 < config.layers.length; l++) {
    const [half, limit] = [l, l + 1].map((i) => 2 ** (config.layers_bitwidth[i]! - 1)) as [number, number];
    codes = Array.from({ length: config.layers[l + 1]! }, (_, o) => {
      const terms = codes.map((code, i) => {
        const table = tables[`${l}_${i}_${o}`];
        return table?.acive === 1 ? table.values_int[code + half]! : 0;
      });
      return Math.min(
        Math.max(
          terms.reduce((a, b) => a + b, 0),
          -limit,
        ),
        limit - 1,
      );
    });
  }
  return codes;
}

const kanele = `${shared}/lutnets/kanele_jsc_openml`;
const jets = `${shared}/data/jsc/jsc_openml_testvectors_1000.npz`;

describe.skipIf(!existsSync(kanele) || !existsSync(jets))("a jet tagger of sums of tables", () => {
  let files: Tables;
  let codes: Int8Array;
  let y: DatasetArray;
  beforeAll(() => {
    const read = (name: string): never => JSON.parse(readFileSync(join(kanele, name), "utf8")) as never;
    files = { config: read("config.json"), tables: read("truth_tables.json") };
    const arrays = openNpz(readFileSync(jets));
    y = arrays.get("y")!();
    codes = Int8Array.from(arrays.get("x")!().data as Float32Array, (value, i) => {
      const scaled = ((gains[i % 16]! * value + offsets[i % 16]!) * 32) / 1.33;
      return Math.min(Math.max(Math.round(scaled), -32), 31);
    });
  });

  const rows = Array.from({ length: 1000 }, (_, v) => v);
  const said = (v: number): readonly number[] => interpret(files, [...codes.subarray(16 * v, 16 * v + 16)]);
  const tagged = (v: number): number => said(v).indexOf(Math.max(...said(v)));

  it("gives on all vectors what its tables say", async () => {
    const { network, ...result } = await importTables({ tables: kanele });
    expect(result).toMatchObject({ inputs: "16 of i6", outputs: "5 of i6", latencyCycles: 1 });
    const run = (data: ArrayLike<number>): number[] => [
      ...numbers(evaluate(network.main, [tensorFrom("i6", [data.length / 16, 16], data)])[0]!),
    ];
    const expected = rows.map(said);
    expect(run(codes)).toEqual(expected.flat());
    const netlist = netlistOf(network.main.outputs[0]!.op!);
    const columns = Array.from({ length: 16 }, (_, i) => codes.filter((_, at16) => at16 % 16 === i));
    const simulated = simulate(netlist, columns);
    expect(expected.map((_, v) => simulated.map((of) => of[v]!))).toEqual(expected);
  });

  it("network = integers on all vectors = Verilog on 200, and it tags jets that its input was not fitted on", async () => {
    await importTables({ tables: kanele, name: "jets", out: at("jets.gf") });
    const array = (name: string, data: DatasetArray): string => {
      writeFileSync(at(name), writeNpy(data));
      return at(name);
    };
    const { verification, emitted } = await verify({
      model: at("jets.gf"),
      data: array("codes.npy", datasetArray("int8", [1000, 16], codes)),
      labels: array(
        "labels.npy",
        datasetArray("int32", [1000], Int32Array.from(y.data as BigInt64Array, Number)),
      ),
      verify: 1000,
      rtlVerify: 200,
      cycles: 1,
      plugins: [spatial({ tables: "case", stages: 2 })],
    });
    expect(verification.difference).toBeUndefined();
    const samples = Object.fromEntries(verification.checks.map((check) => [check.claim, check.samples]));
    expect(samples).toMatchObject({ "network = integers": 1000, "integers = Verilog": 200 });
    expect(verification.rtl?.intervalCycles).toBe(1);
    expect(emitted.files.get("rtl/jets_netlist_0.v")).toContain("  case (address)");
    // With the normalization that it was trained with it is said to be 78.4 %; chance is 20 %.
    expect(verification.accuracy?.right).toBeGreaterThan(730);
    const right = rows.filter((v) => v >= fitted && tagged(v) === Number(y.data[v])).length;
    expect(right).toBeGreaterThan(0.72 * (1000 - fitted));
  }, 60_000);
});

const named = ["iiot_bin_sparse_big", "iiot_bin_sparse", "iiot_bin", "iiot_6cl_sparse"] as const;
const neurons = (name: string): string => `${shared}/lutnets/${name}.json.gz`;

describe.skipIf(!existsSync(neurons(named[0])))("intrusion detectors of layers of tables", () => {
  it.each(named)("%s is imported as its tables say", async (name) => {
    const { network, latencyCycles } = await importTables({ tables: neurons(name) });
    const netlist = netlistOf(network.main.outputs[0]!.op!);
    const json = JSON.parse(gunzipSync(readFileSync(neurons(name))).toString()) as Layers;
    expect(latencyCycles).toBe(json.layers.length - 1);
    const random = seededRandom(3);
    const vectors = Array.from({ length: 50 }, () => netlist.inputs.map(() => (random() < 0.5 ? 0 : 1)));
    const [y] = evaluate(network.main, [tensorFrom("u1", [50, netlist.inputs.length], vectors.flat())]);
    expect([...numbers(y!)]).toEqual(vectors.flatMap((bits) => lookUp(json, bits)));
  });

  it("is built from the file itself: network = integers = Verilog, its tables as LUTs", async () => {
    const argv = [
      "build",
      neurons("iiot_bin_sparse_big"),
      "-o",
      at("iiot"),
      "--cycles",
      "1",
      "--no-synth",
      "--stalls",
    ];
    const ran = await gatefold([...argv, "--verify", "300", "--rtl-verify", "100", "--json"]);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(readFileSync(at("iiot/rtl/iiot_bin_sparse_big_netlist_0.v"), "utf8")).toContain(
      "_core_lut4 #(16'h",
    );
  }, 60_000);
});
