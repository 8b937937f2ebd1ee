import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { statsOf } from "@gatefold/netlist";
import { describe, expect, it } from "vitest";
import { firstDifference, mapTables, packDualOutputs, readTables, recodeTables } from "../src/index.js";

const shared = process.env["GATEFOLD_SHARED"] ?? new URL("../../../../shared", import.meta.url).pathname;
const folder = `${shared}/lutnets`;

describe.skipIf(!existsSync(folder))("trained networks", () => {
  const load = (name: string): unknown =>
    JSON.parse(gunzipSync(readFileSync(`${folder}/${name}.json.gz`)).toString());

  it.each([
    ["iiot_bin_sparse_big", 56, 34],
    ["iiot_bin_sparse", 210, 180],
  ])("%s takes at most %i LUT6, %i with pairs", (name, lutAim, pairedAim) => {
    const network = readTables(load(name), name);
    const mapped = mapTables(recodeTables(network), { k: 6, objective: "area", trials: 1 });
    expect(firstDifference(network, mapped, 2_000)).toBeUndefined();
    const { lutCount, lut6Count } = packDualOutputs(mapped);
    expect(lutCount).toBeLessThanOrEqual(lutAim);
    expect(lut6Count).toBeLessThanOrEqual(pairedAim);
    expect(statsOf(mapped).levels).toBeLessThanOrEqual(6);
  });

  it("sums of small tables", () => {
    const read = (file: string): unknown =>
      JSON.parse(readFileSync(`${folder}/kanele_jsc_openml/${file}`, "utf8"));
    const network = readTables({ config: read("config.json"), tables: read("truth_tables.json") }, "kanele");
    const mapped = mapTables(recodeTables(network), { k: 6, objective: "area", trials: 1 });
    expect(statsOf(mapped).byKind["table"]).toBeUndefined();
    expect(firstDifference(network, mapped, 1_000)).toBeUndefined();
  });
});
