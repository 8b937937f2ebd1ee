import { join } from "node:path";
import { evaluateModule, numbers, tensorFrom } from "@gatefold/core";
import { describe, expect, it } from "vitest";
import { streamlineSummary } from "../src/index.js";
import {
  compileOnnx,
  digitsFolder,
  greatest,
  npyArray,
  npzArray,
  runDevice,
  sharedModel,
} from "./helpers/shared.js";

const tfc = sharedModel("finn__tfc_w1a1.onnx");

describe.skipIf(!tfc)("real networks on integers compute their recorded outputs", () => {
  it.each([undefined, "uint8"])("FINN's TFC, input %s: four digits", async (input) => {
    const { module } = await compileOnnx(tfc!, input);
    const { data } = npyArray(sharedModel("finn__tfc_w1a1_input.npy")!);
    const classes = [0, 1, 2, 3].map((i) => {
      const image = Array.from(data.slice(i * 784, (i + 1) * 784), Number);
      return Number(evaluateModule(module, [tensorFrom("f32", [1, 1, 28, 28], image)])[0]!.data[0]);
    });
    expect(classes).toEqual([7, 2, 1, 0]);
  });

  it("BNN-PYNQ's LFC: all outputs of 200 digits are equal", async () => {
    const { module } = await compileOnnx(sharedModel("bnn-pynq__lfcW1A1_mnist.onnx")!, "uint8");
    const recording = sharedModel("mnist200__expected.npz")!;
    const images = npzArray(recording, "image_uint8").data as Uint8Array;
    const expected = npzArray(recording, "bnn-pynq__lfcW1A1_mnist").data;
    const got = runDevice(module, images, 200).flatMap((row) => Array.from(row));
    expect(got).toEqual(Array.from(expected, Number));
  });

  it("MLPerf-Tiny's keyword spotter: 998 of 1 000 recorded predictions, the others ties; 82.5 %", async () => {
    const model = sharedModel("mlperftiny__kws_w3a3_QONNX_model.onnx")!;
    const recording = sharedModel("mlperftiny__kws_w3a3__io1000.npz")!;
    const scale = Number(npzArray(recording, "input_scale").data[0]);
    const compilation = await compileOnnx(model, `int8:scale=${scale}`);
    const codes = npzArray(recording, "input_int8").data as Int8Array;
    const [predictions, labels] = ["recorded_pred", "true_label"].map(
      (name) => npzArray(recording, name).data,
    );
    const rows = runDevice(compilation.module, codes, 1000);
    const others = rows.flatMap((row, i) => (greatest(row) === Number(predictions![i]) ? [] : [i]));
    expect(others.length).toBeLessThanOrEqual(2);
    for (const i of others) {
      const row = rows[i]!;
      expect(row[greatest(row)]! - row[Number(predictions![i])]!).toBeLessThan(1e-7);
    }
    const right = rows.filter((row, i) => greatest(row) === Number(labels![i])).length;
    expect([824, 825, 826]).toContain(right);
    const accumulators = compilation.facts
      .need(streamlineSummary)
      .layers.flatMap((l) => l.accumulatorElem ?? []);
    expect(accumulators).toEqual(["i19", "i12", "i13", "i13"]);
  });
});

describe("the digit network", () => {
  it("gives the 1 000 rows of logits that the real-valued network gives", async () => {
    const { module } = await compileOnnx(join(digitsFolder, "digits.onnx"), "uint8:scale=1/255");
    const recording = join(digitsFolder, "test.npz");
    const expected = numbers({
      elem: "f64",
      shape: [10_000],
      data: npzArray(recording, "output").data as Float64Array,
    });
    const rows = runDevice(module, npzArray(recording, "input").data as Uint8Array, 1000);
    let worst = 0;
    rows.forEach((row, i) => {
      row.forEach((v, k) => {
        worst = Math.max(worst, Math.abs(v - expected[i * 10 + k]!));
      });
    });
    expect(rows).toHaveLength(1000);
    expect(worst).toBeLessThan(1e-9);
    const labels = npzArray(recording, "label").data;
    expect(rows.filter((row, i) => greatest(row) === Number(labels[i])).length).toBe(978);
  });
});
