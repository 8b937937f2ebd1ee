import { type ElemType, elemInfo, Graph, seededRandom, tensor } from "@gatefold/core";
import { bodyOf, Netlist } from "@gatefold/dialect-q";
import { type Interval, Netlist as WordNetlist } from "@gatefold/netlist";
import { compileDesign } from "@gatefold/sim";
import { createToolchain } from "@gatefold/toolchain";
import { afterAll, describe, expect, it } from "vitest";
import { stagedNetlist } from "../../netlist/test/staged-netlist.js";
import { RtlLibrary } from "../src/index.js";
import { buildVerilog, compileBuilt, runFrames, steadyInterval } from "./simulate.js";

const toolchain = createToolchain();
afterAll(() => toolchain.close());

const words = (elem: ElemType): Interval => {
  const { min, max } = elemInfo(elem);
  return elem === "bipolar" ? { lo: 0, hi: 1 } : { lo: min, hi: max };
};

/** A graph of netlists, one after the other, on vectors of the first one's channels. */
function chain(
  input: ElemType,
  steps: readonly (readonly [WordNetlist, ElemType])[],
  vectors: number,
): Graph {
  const graph = new Graph("main");
  let value = graph.addInput(tensor(input, [vectors, steps[0]![0].inputs.length]), "x");
  for (const [netlist, elem] of steps) value = Netlist.build(graph, [value], { body: bodyOf(netlist), elem });
  graph.setOutputs([value]);
  return graph;
}

/** Simulated Verilog = the graph, running freely at the predicted interval and with stalls on both sides. */
async function agrees(graph: Graph): Promise<void> {
  const built = await buildVerilog(graph);
  const design = await compileBuilt(built, toolchain);
  const free = runFrames(built, design, 40);
  expect(free.got).toEqual(free.expected);
  expect(new Set(free.got).size).toBeGreaterThan(1);
  expect(steadyInterval(free)).toBe(built.intervalCycles);
  for (const stalls of [
    { input: 0.4, output: 0.4, seed: 3 },
    { output: 0.8, seed: 4 },
    { input: 0.8, seed: 5 },
  ]) {
    expect(runFrames(built, design, 40, stalls).got).toEqual(free.expected);
  }
}

describe("netlist kernels: Verilog = the integer graph, with and without stalls", () => {
  it.each<readonly [ElemType, ElemType, ElemType, number]>([
    ["i4", "i3", "bipolar", 0],
    ["u1", "bipolar", "i6", 1],
    ["bipolar", "u3", "i4", 2],
    ["u5", "i5", "u1", 3],
    ["i2", "u1", "i3", 5],
  ])("%s through %s to %s, %i stages", async (input, between, output, stages) => {
    const random = seededRandom(stages + 11);
    const draw = (from: ElemType, to: ElemType, inputs: number, outputs: number): WordNetlist =>
      stagedNetlist((below) => Math.floor(random() * below), {
        inputs: new Array(inputs).fill(words(from)),
        outputs: new Array(outputs).fill(words(to)),
        stages,
      });
    await agrees(
      chain(
        input,
        [
          [draw(input, between, 5, 4), between],
          [draw(between, output, 4, 3), output],
        ],
        2,
      ),
    );
  });

  it("takes inputs that are wider than their type, of another sign, or one bit alone", async () => {
    const wide = new WordNetlist("wide");
    const [a, b] = [wide.input("clock", { lo: -20, hi: 20 }), wide.input("enable", { lo: 0, hi: 60 })];
    wide.output(
      "sum",
      wide.register(
        wide.clamp(
          wide.sum([
            { node: a, shift: 0, negative: false },
            { node: b, shift: 1, negative: true },
          ]),
          { lo: -31, hi: 15 },
        ),
      ),
    );
    wide.output("low", wide.register(wide.bit(b, 0)));
    const one = new WordNetlist("one");
    const bit = one.input("x", { lo: 0, hi: 1 });
    one.output("y", one.lut([bit], { low: 0b01, high: 0 }));
    await agrees(chain("u3", [[wide, "i6"]], 1));
    await agrees(chain("u1", [[one, "u1"]], 1));
    await agrees(chain("bipolar", [[one, "bipolar"]], 1));
  });

  it("extends signs on the way in and out", async () => {
    const signs = new WordNetlist("signs");
    const x = signs.input("x", { lo: -20, hi: 20 });
    const y = signs.input("y", { lo: -4, hi: 3 });
    signs.output("same", signs.register(x));
    signs.output("low", signs.register(signs.clamp(y, { lo: -2, hi: 1 })));
    signs.output("plain", signs.register(signs.bit(y, 2)));
    await agrees(chain("i3", [[signs, "i8"]], 1));
  });

  it("takes beats until the last stage holds one that cannot leave", async () => {
    const rtl = new RtlLibrary().closure(["gf_pipe"]);
    const files = Object.fromEntries(rtl.map(({ name, source }) => [`${name}.v`, source]));
    const design = await compileDesign({ files, top: "gf_pipe", parameters: { DEPTH: 3 }, toolchain });
    const simulation = design.simulate();
    const clock = (valid: number, ready: number): boolean => {
      simulation.poke("s_axis_tvalid", valid);
      simulation.poke("m_axis_tready", ready);
      const taken = valid === 1 && simulation.peek("s_axis_tready") === 1n;
      simulation.step(1);
      return taken;
    };
    simulation.poke("aresetn", 0);
    clock(0, 0);
    simulation.poke("aresetn", 1);
    // One beat in six cycles: two wait in the skid buffer, one in the last stage.
    let count = 0;
    for (let cycle = 0; cycle < 60; cycle++) if (clock(cycle % 6 === 0 ? 1 : 0, 0)) count++;
    expect(count).toBe(3);
    expect(simulation.peek("enable")).toBe(0n);
  });

  it("is two modules with one clock enable", async () => {
    const netlist = new WordNetlist("small");
    const x = netlist.input("x", { lo: -2, hi: 1 });
    netlist.output(
      "y",
      netlist.sum([
        { node: netlist.register(x), shift: 0, negative: false },
        { node: netlist.constant(3), shift: 0, negative: false },
      ]),
    );
    const { files, verilog } = await buildVerilog(chain("i2", [[netlist, "u3"]], 1));
    expect(verilog.instances.map(({ module }) => module)).toEqual(["net_netlist_0"]);
    expect(files["rtl/net_netlist_0.v"]).toMatchInlineSnapshot(`
      "// 1 codes of i2 to 1 of u3, a vector a cycle, 2 cycles later.
      module net_netlist_0 (
          input  wire aclk,
          input  wire aresetn,
          input  wire [1:0] s_axis_tdata,
          input  wire s_axis_tvalid,
          output wire s_axis_tready,
          output wire [2:0] m_axis_tdata,
          output wire m_axis_tvalid,
          input  wire m_axis_tready
      );
          wire enable;
          wire [2:0] y_0;
          net_netlist_0_core core (
              .clock(aclk),
              .enable(enable),
              .x(s_axis_tdata[1:0]),
              .y(y_0)
          );
          gf_pipe #(.WIDTH(3), .DEPTH(1)) pipe (
              .aclk(aclk), .aresetn(aresetn), .enable(enable),
              .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
              .result({y_0}),
              .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
          );
          // Bits of codes that never come, and all else that the circuit does not need.
          wire unused = &{1'b0, enable, s_axis_tdata};
      endmodule

      module net_netlist_0_core (
        input wire clock,
        input wire enable,
        input wire signed [1:0] x,
        output wire [2:0] y
      );
        reg signed [1:0] n1;
        wire [2:0] n3 = n1 + 4'sd3;
        assign y = n3;
        always @(posedge clock) if (enable) begin
          n1 <= x;
        end
      endmodule
      "
    `);
  });
});
