import { DiagnosticError } from "@gatefold/core";
import { printTcl, projects, vendors } from "@gatefold/projects";
import { ecp5Targets } from "@gatefold/target-ecp5";
import { ice40Targets } from "@gatefold/target-ice40";
import { beforeAll, describe, expect, it } from "vitest";
import { type Built, build, tiny } from "./compile.js";
import { recordCalls, unbalanced } from "./tcl-check.js";
import { runs } from "./tools.js";

const hasTcl = runs("tclsh", ["/dev/null"]);
const ecp5 = ecp5Targets.find(({ name }) => name === "ecp5-25k")!;
const up5k = ice40Targets.find(({ name }) => name === "ice40-up5k")!;

let built: Built;
let scripts: readonly string[];
beforeAll(async () => {
  built = await build(tiny, [projects({ vendors, target: ecp5, clockMhz: 125 })]);
  scripts = [...built.files.keys()].filter((path) => /\.(tcl|xdc|sdc|ldc)$/.test(path)).sort();
});

/** Commands of the vendors' tools that the scripts may use. */
const commands: Readonly<Record<string, readonly string[]>> = {
  "lattice/clock.ldc": ["get_ports", "create_clock"],
  "lattice/project.tcl": ["cd", "prj_project", "prj_src", "prj_impl", "prj_run"],
  "quartus/clock.sdc": ["get_ports", "create_clock", "derive_clock_uncertainty"],
  "quartus/project.tcl": [
    "load_package",
    "cd",
    "project_new",
    "set_global_assignment",
    "set_instance_assignment",
    "export_assignments",
    "execute_flow",
    "project_close",
  ],
  "vivado/clock.xdc": ["get_ports", "create_clock"],
  "vivado/ooc.tcl": [
    "create_project",
    "read_verilog",
    "read_mem",
    "read_xdc",
    "synth_design",
    "opt_design",
    "place_design",
    "phys_opt_design",
    "route_design",
    "report_utilization",
    "report_timing_summary",
    "write_checkpoint",
  ],
  "vivado/package_ip.tcl": [
    "create_project",
    "add_files",
    "current_fileset",
    "set_property",
    "update_compile_order",
    "ipx::package_project",
    "ipx::current_core",
    "ipx::infer_bus_interfaces",
    "ipx::infer_bus_interface",
    "ipx::associate_bus_interfaces",
    "ipx::create_xgui_files",
    "ipx::update_checksums",
    "ipx::check_integrity",
    "ipx::save_core",
    "close_project",
  ],
  "vivado/project.tcl": [
    "create_project",
    "add_files",
    "current_fileset",
    "set_property",
    "update_compile_order",
  ],
};

describe("scripts for the vendors' tools", () => {
  it("are those that were asked for", () => {
    const boards = ["pynq-z1", "pynq-z2", "zcu104"].map((name) => `pynq/${name}.tcl`);
    expect(scripts).toEqual([...Object.keys(commands), ...boards].sort());
    expect(built.compilation.diagnostics.all.filter(({ code }) => code.startsWith("projects/"))).toEqual([]);
  });

  it("have braces, brackets and quotes that match", () => {
    for (const path of scripts) expect(unbalanced(String(built.files.get(path))), path).toBeUndefined();
    expect(unbalanced("set a {b")).toBeDefined();
    expect(unbalanced("set a [b}")).toBeDefined();
    expect(unbalanced('puts "a')).toBeDefined();
  });

  describe.skipIf(!hasTcl)("run by Tcl with stubs", () => {
    it("call only commands of the tools, and name only files that are there", async () => {
      for (const path of Object.keys(commands)) {
        const calls = await recordCalls(built.files, path);
        expect([...new Set(calls.map(([name]) => name!))].sort(), path).toEqual([...commands[path]!].sort());
        const inputs = calls.flat().filter((word) => /^\.\/.*\.(v|mem|xdc|sdc|ldc)$/.test(word));
        for (const word of inputs) {
          const file = new URL(word, "file:///").pathname.slice(1);
          expect(built.files.has(file), `${path}: ${word}`).toBe(true);
        }
      }
    });

    it("hand every source and memory to Vivado, constrain the clock and write the reports", async () => {
      const calls = await recordCalls(built.files, "vivado/ooc.tcl");
      const read = (name: string): string[] =>
        calls
          .filter(([each]) => each === name)
          .map((words) => new URL(words.at(-1)!, "file:///").pathname.slice(1));
      expect(read("read_verilog")).toEqual([...built.design.sources]);
      expect(read("read_mem")).toEqual([...built.design.memories]);
      expect(calls).toContainEqual([
        "synth_design",
        "-mode",
        "out_of_context",
        "-top",
        "tiny",
        "-part",
        "xc7z020clg400-1",
      ]);
      expect(calls).toContainEqual(["report_timing_summary", "-file", "./vivado/timing.rpt"]);
      expect(await recordCalls(built.files, "vivado/clock.xdc")).toContainEqual([
        "create_clock",
        "-name",
        "aclk",
        "-period",
        "8",
        "<get_ports>",
      ]);
    });

    it("give the IP core streams, clock and reset", async () => {
      const calls = await recordCalls(built.files, "vivado/package_ip.tcl");
      const core = "<ipx::current_core>";
      expect(calls).toContainEqual(["ipx::infer_bus_interfaces", "xilinx.com:interface:axis_rtl:1.0", core]);
      for (const side of ["s_axis", "m_axis"])
        expect(calls).toContainEqual([
          "ipx::associate_bus_interfaces",
          "-busif",
          side,
          "-clock",
          "aclk",
          core,
        ]);
      expect(calls).toContainEqual([
        "ipx::associate_bus_interfaces",
        "-clock",
        "aclk",
        "-reset",
        "aresetn",
        core,
      ]);
      const names = calls.map(([name]) => name);
      expect(names.indexOf("ipx::save_core")).toBeGreaterThan(names.indexOf("ipx::infer_bus_interfaces"));
    });

    it.each(["pynq-z1", "pynq-z2", "zcu104"])(
      "connect every pin of the block design of %s once",
      async (board) => {
        const calls = await recordCalls(built.files, `pynq/${board}.tcl`);
        const cells = calls.filter(([name]) => name === "create_bd_cell").map((words) => words.at(-1));
        expect(cells).toEqual(["ps", "reset", "control", "memory", "dma_0", "network"]);
        const ends = (kind: string): string[] =>
          calls.filter(([name]) => name === kind).map((words) => words.slice(1).join(" "));
        const streams = ends("get_bd_intf_pins");
        expect(streams.slice(-4)).toEqual([
          "dma_0/M_AXIS_MM2S",
          "network/s_axis",
          "network/m_axis",
          "dma_0/S_AXIS_S2MM",
        ]);
        expect(new Set(streams).size).toBe(streams.length);
        // a net's first pin drives, and each of the others is driven once
        const driven = ends("get_bd_pins").filter((_, i) => i % 2 === 1);
        expect(new Set(driven).size).toBe(driven.length);
        expect(driven).toEqual(
          expect.arrayContaining(["network/aclk", "network/aresetn", "dma_0/axi_resetn", "memory/aclk"]),
        );
        const dma = calls.find(
          (words) => words[0] === "set_property" && words.join(" ").includes("c_include_sg"),
        )!;
        expect(dma[2]).toContain("CONFIG.c_m_axis_mm2s_tdata_width 8 CONFIG.c_m_axi_mm2s_data_width 32");
      },
    );

    it("quote whatever words hold", async () => {
      const words = [
        "a b",
        "$x",
        "[exit]",
        "{",
        "}",
        "a{b}c",
        "\\",
        "x\\",
        '"',
        "#",
        ";",
        "",
        "a;b",
        "{a} b",
        "tab\there",
      ];
      const files = new Map([
        ["words.tcl", printTcl(words.map((word) => ({ kind: "command", words: ["say", word, "end"] })))],
      ]);
      const calls = await recordCalls(files, "words.tcl");
      expect(calls.map((each) => each[1])).toEqual(words);
    });
  });

  it("need a target of Lattice's for Lattice's tools", async () => {
    expect(() => projects({ vendors: ["lattice"] })).toThrow(DiagnosticError);
    const { files } = await build(tiny, [projects({ vendors: ["lattice"], target: up5k })]);
    expect(String(files.get("lattice/project.tcl"))).toContain(
      "prj_create -name tiny -impl impl_1 -dev iCE40UP5K-SG48I",
    );
    expect(String(files.get("lattice/Makefile"))).toContain(
      "nextpnr-ice40 --up5k --package sg48 --json tiny.json",
    );
  });
});
