import type { DiagnosticError } from "@gatefold/core";
import { readVivadoReports } from "@gatefold/projects";
import { describe, expect, it } from "vitest";

/** Texts in the form that Vivado writes, with figures of our own. */
const zynq = `Copyright 1986-2022 Xilinx, Inc. All Rights Reserved.
--------------------------------------------------------------------------------------------------------
| Tool Version : Vivado v.2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022
| Date         : Mon Jan  6 10:00:00 2025
| Command      : report_utilization -file utilization.rpt
| Design       : digits
| Device       : xc7z020clg400-1
| Speed File   : -1
| Design State : Routed
--------------------------------------------------------------------------------------------------------

Utilization Design Information

1. Slice Logic
--------------

+----------------------------+------+-------+------------+-----------+-------+
|          Site Type         | Used | Fixed | Prohibited | Available | Util% |
+----------------------------+------+-------+------------+-----------+-------+
| Slice LUTs                 | 1234 |     0 |          0 |     53200 |  2.32 |
|   LUT as Logic             | 1200 |     0 |          0 |     53200 |  2.26 |
|   LUT as Memory            |   34 |     0 |          0 |     17400 |  0.20 |
| Slice Registers            | 2345 |     0 |          0 |    106400 |  2.20 |
|   Register as Flip Flop    | 2345 |     0 |          0 |    106400 |  2.20 |
| F7 Muxes                   |   12 |     0 |          0 |     26600 |  0.05 |
+----------------------------+------+-------+------------+-----------+-------+

3. Memory
---------

+-------------------+------+-------+------------+-----------+-------+
|     Site Type     | Used | Fixed | Prohibited | Available | Util% |
+-------------------+------+-------+------------+-----------+-------+
| Block RAM Tile    |  4.5 |     0 |          0 |       140 |  3.21 |
|   RAMB36/FIFO*    |    4 |     0 |          0 |       140 |  2.86 |
|   RAMB18          |    1 |     0 |          0 |       280 |  0.36 |
+-------------------+------+-------+------------+-----------+-------+

4. DSP
------

+-----------+------+-------+------------+-----------+-------+
| Site Type | Used | Fixed | Prohibited | Available | Util% |
+-----------+------+-------+------------+-----------+-------+
| DSPs      |    0 |     0 |          0 |       220 |  0.00 |
+-----------+------+-------+------------+-----------+-------+
`;

const ultra = `| Tool Version : Vivado v.2019.1 (lin64) Build 2552052
| Device       : xczu7ev-ffvc1156-2-e

1. CLB Logic
------------

+----------------------------+-------+-------+-----------+-------+
|          Site Type         |  Used | Fixed | Available | Util% |
+----------------------------+-------+-------+-----------+-------+
| CLB LUTs*                  | 300000 |     0 |    230400 | 130.2 |
| CLB Registers              | 15020 |     0 |    460800 |  3.26 |
+----------------------------+-------+-------+-----------+-------+
| Block RAM Tile |   12 |     0 |       312 |  3.85 |
| URAM           |    2 |     0 |        96 |  2.08 |
| DSPs           |  128 |     0 |      1728 |  7.41 |
`;

const timing = (slack: string, period = "10.000"): string => `Timing Summary Report

------------------------------------------------------------------------------------------------
| Design Timing Summary
| ---------------------
------------------------------------------------------------------------------------------------

    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)
    -------      -------  ---------------------  -------------------      -------      -------
      ${slack}        0.000                      0                 5678        0.050        0.000


All user specified timing constraints are met.


------------------------------------------------------------------------------------------------
| Clock Summary
| -------------
------------------------------------------------------------------------------------------------

Clock  Waveform(ns)       Period(ns)      Frequency(MHz)
-----  ------------       ----------      --------------
aclk   {0.000 5.000}      ${period}          100.000


------------------------------------------------------------------------------------------------
| Intra Clock Table
------------------------------------------------------------------------------------------------

Clock             WNS(ns)      TNS(ns)
-----             -------      -------
aclk                1.000        0.000
`;

const read = (utilization: string, summary: string) =>
  readVivadoReports({
    utilization: { name: "utilization.rpt", text: utilization },
    timing: { name: "timing.rpt", text: summary },
  });

describe("reports of Vivado", () => {
  it("of a 7-series part, with slack to spare", () => {
    const got = read(zynq, timing("2.000"));
    const values = (of: typeof got.resources) =>
      Object.fromEntries(Object.entries(of).map(([k, v]) => [k, v.value]));
    expect(values(got.resources)).toEqual({ LUT6: 1234, FF: 2345, BRAM: 4.5, DSP: 0 });
    expect(values(got.available)).toEqual({ LUT6: 53200, FF: 106400, BRAM: 140, DSP: 220 });
    expect(got).toMatchObject({
      fits: true,
      meetsClock: true,
      maxClockMhz: { value: 125, unit: "MHz", source: "vivado 2022.2" },
    });
    expect(got.tools[0]).toBe("Vivado 2022.2 (lin64) Build 3671981 Fri Oct 14 04:59:54 MDT 2022");
    expect(got.notes).toEqual([
      "vivado 2022.2: device xc7z020clg400-1",
      "vivado 2022.2: aclk of 10 ns, worst setup slack 2 ns",
    ]);
  });

  it("of an UltraScale+ part and an older version, too full and too slow", () => {
    const got = read(ultra, timing("-1.111", "5.000").replaceAll("\n", "\r\n"));
    expect(got.resources).toMatchObject({
      LUT6: { value: 300000 },
      URAM: { value: 2 },
      DSP: { value: 128 },
      BRAM: { value: 12 },
    });
    expect(got).toMatchObject({ fits: false, meetsClock: false, maxClockMhz: { value: 163.6 } });
  });

  it("that are none, or say nothing of a clock, are errors that name the file", () => {
    const codes = (work: () => unknown): readonly string[] => {
      try {
        work();
      } catch (error) {
        return (error as DiagnosticError).diagnostics.map(
          ({ code, message }) => `${code} ${message.split("`")[1]}`,
        );
      }
      return [];
    };
    expect(codes(() => read("hello", timing("1.000")))).toEqual(["projects/not-a-report utilization.rpt"]);
    expect(codes(() => read(zynq, timing("NA")))).toEqual(["projects/not-a-report timing.rpt"]);
    expect(codes(() => read("", ""))).toHaveLength(2);
  });
});
