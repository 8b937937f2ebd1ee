import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { evaluate, numbers, tensorFrom } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { importTables } from "../src/index.js";
import { gatefold, temporaryFolder } from "./helpers/run.js";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Three bits to two neurons of two bits to one of two: two layers. */
const layers = {
  layers: [
    {
      inputWidth: 3,
      outputWidth: 4,
      neurons: [
        { inputBits: [0, 1], outputBits: [0, 1], table: [0, 3, 2, 1] },
        { inputBits: [2, 1], outputBits: [2, 3], table: [1, 0, 3, 2] },
      ],
    },
    {
      inputWidth: 4,
      outputWidth: 2,
      neurons: [
        {
          inputBits: [3, 2, 1, 0],
          outputBits: [0, 1],
          table: Array.from({ length: 16 }, (_, a) => (a * 7 + (a >> 2)) % 4),
        },
      ],
    },
  ],
};
const sums = {
  config: { layers: [2, 2, 2], layers_bitwidth: [2, 3, 4] },
  tables: {
    "0_0_0": { acive: 1, values_int: [-3, 0, 1, 2] },
    "0_1_0": { acive: 1, values_int: [-4, 1, 2, 3] },
    "0_1_1": { acive: 1, values_int: [2, -1, 0, 3] },
    "1_0_0": { acive: 1, values_int: [7, 6, 5, 4, 3, 2, 1, -9] },
    "1_1_0": { acive: 1, values_int: [1, 2, 3, 4, 5, 6, 7, 0] },
    "1_1_1": { acive: 1, values_int: [0, 1, -2, 3, -4, 5, -6, 7] },
  },
};

const file = (name: string, json: unknown): string => {
  const text = JSON.stringify(json);
  writeFileSync(at(name), name.endsWith(".gz") ? gzipSync(text) : text);
  return at(name);
};
const asFolder = (name: string): string => {
  mkdirSync(at(name));
  file(`${name}/config.json`, sums.config);
  file(`${name}/truth_tables.json`, sums.tables);
  return at(name);
};

const read = (name: string): string => readFileSync(at(name), "utf8");
const modelText =
  /^module "two" \{\n {2}main\(%x: tensor<1x3xu1>\) \{\n {4}%y = q\.netlist\(%x\) \{body = \["netlist \\"two\\""/;

describe("gatefold import-tables", () => {
  it("writes a model that builds: network = integers = Verilog, with stalls, synthesised", async () => {
    const tables = file("two.json.gz", layers);
    const ran = await gatefold(["import-tables", tables, "-o", at("nets/two.gf")]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(
      /import +two\.json\.gz +1 op · x tensor<1x3xu1> → y tensor<1x1xu2> · 3 tables/,
    );
    expect(read("nets/two.gf")).toMatch(modelText);
    expect(readdirSync(at("nets"))).toEqual(["two.gf"]);
    const argv = ["build", at("nets/two.gf"), "-o", at("out"), "--target", "ecp5-25k", "--cycles", "1"];
    const built = await gatefold([...argv, "--stalls", "--rtl-verify", "30"]);
    expect([built.stderr, built.code]).toEqual(["", 0]);
    expect(built.stdout).toMatch(/verify .*bit-exact.* · 1 cycle an inference measured/);
    expect(built.stdout).toMatch(/synthesise +ecp5-25k +\d+ LUT4/);
  }, 120_000);

  it("reads a folder of sums, and writes the circuit alone as Verilog and BLIF", async () => {
    const argv = ["import-tables", asFolder("sums"), "-o", at("sums.gf"), "--name", "little net", "--json"];
    const ran = await gatefold([...argv, "--verilog", at("sums.v"), "--blif", at("sums.blif")]);
    expect(ran.stderr).toBe("");
    const written = ["sums.gf", "sums.v", "sums.blif"].map(at);
    const [inputs, outputs] = ["2 of i2", "2 of i4"];
    const expected = { exitCode: 0, file: "sums", written, inputs, outputs, tableCount: 6, latencyCycles: 1 };
    expect(JSON.parse(ran.stdout)).toEqual(expected);
    expect(read("sums.gf")).toMatch(/^module "little net"/);
    expect(read("sums.v")).toMatch(
      /^module little_net \([\s\S]*case \(address\)[\s\S]*always @\(posedge clock\)/,
    );
    expect(read("sums.blif")).toMatch(/^\.model little_net\n\.inputs x0\[0\] x0\[1\] x1\[0\] x1\[1\]\n/);
    const { network } = await importTables({ tables: at("sums") });
    const y = evaluate(network.main, [tensorFrom("i2", [2, 2], [-2, 1, 1, -1])])[0]!;
    // Layer 0 gives -3 + 3 and 3, layer 1 of these 3 + 0 and 7; then 2 + 1 and -1, and of these -9 + 4 and 3.
    expect([...numbers(y)]).toEqual([3, 7, -5, 3]);
  });

  it("is also the way in of the other commands, from the JSON itself", async () => {
    const tables = file("direct.json", layers);
    const ran = await gatefold(["verify", tables, "--verify", "20", "--rtl-verify", "5", "--json"]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ exitCode: 0, bitExact: true });
  });

  describe("refuses", () => {
    const good = JSON.stringify(layers);
    const gz = gzipSync(good);
    const cases: readonly (readonly [string, string, string | Uint8Array, string])[] = [
      [
        "a file that ends early",
        "cut.json",
        good.slice(0, 200),
        "`.*cut\\.json` is not JSON: .*\\[cli/bad-json\\]",
      ],
      [
        "a gzip file that ends early",
        "cut.json.gz",
        gz.subarray(0, 60),
        "gzip: unexpected end of file\\. \\[cli/unreadable\\]",
      ],
      [
        "a gzip file with a wrong byte",
        "bad.json.gz",
        gz.map((v, i) => (i === 40 ? v ^ 8 : v)),
        "gzip: .*\\[cli/unreadable\\]",
      ],
      [
        "bytes that are no text",
        "bytes.json",
        Uint8Array.of(0x7b, 0xff, 0xfe),
        "is not JSON: .*\\[cli/bad-json\\]",
      ],
      [
        "other JSON",
        "other.json",
        "[1, 2]",
        "other\\.json: error: .*no network of truth tables.*\\[truthtable/unknown-format\\]",
      ],
      [
        "a table with an entry too many",
        "entries.json",
        good.replace("[0,3,2,1]", "[0,3,2,1,0]"),
        "entries\\.json: error: `layers\\[0\\]\\.neurons\\[0\\]` has no `table` of 2\\^2 entries\\. \\[truthtable/bad-file\\]",
      ],
    ];
    it.each(cases)("%s, and leaves nothing behind", async (_, name, content, message) => {
      writeFileSync(at(name), content);
      const before = readdirSync(folder);
      const ran = await gatefold(["import-tables", at(name), "-o", at("never/net.gf")]);
      expect(ran.stderr).toMatch(new RegExp(message));
      expect(ran.stderr).toContain("hint: ");
      expect(ran.code).toBe(1);
      expect(readdirSync(folder)).toEqual(before);
    });

    it("the same where another command reads it", async () => {
      writeFileSync(at("short.json"), good.slice(0, 200));
      const ran = await gatefold(["build", at("short.json"), "-o", at("never")]);
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("[cli/bad-json]")]);
      expect(existsSync(at("never"))).toBe(false);
    });

    it("a folder without its tables, and a path that is not there", async () => {
      mkdirSync(at("half"));
      file("half/config.json", sums.config);
      expect((await gatefold(["import-tables", at("half")])).stderr).toMatch(
        /truth_tables\.json` cannot be read/,
      );
      expect((await gatefold(["import-tables", at("nowhere.json")])).code).toBe(1);
    });

    it("two outputs in one file", async () => {
      writeFileSync(at("good.json"), good);
      const argv = ["import-tables", at("good.json"), "-o", at("both.gf"), "--blif", at("./both.gf")];
      const ran = await gatefold(argv);
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("[cli/same-file]")]);
      expect(existsSync(at("both.gf"))).toBe(false);
    });

    it("what has no BLIF, before anything is written", async () => {
      const table = Array.from({ length: 2 ** 17 }, (_, a) => a & 1);
      const inputBits = Array.from({ length: 17 }, (_, i) => i);
      const wide = { inputWidth: 17, outputWidth: 1, neurons: [{ inputBits, outputBits: [0, 0], table }] };
      const argv = ["import-tables", file("wide.json", { layers: [wide] }), "-o", at("wide.gf")];
      const ran = await gatefold([...argv, "--blif", at("wide.blif")]);
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("[cli/no-blif]")]);
      expect([existsSync(at("wide.gf")), existsSync(at("wide.blif"))]).toEqual([false, false]);
    });
  });
});
