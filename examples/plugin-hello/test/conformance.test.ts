import { readFileSync } from "node:fs";
import { definePlugin } from "@gatefold/core";
import { qOps } from "@gatefold/dialect-q";
import { conformance } from "@gatefold/testkit";
import { hello } from "../src/index.js";

/** Each op at its level: reals, integers, streams; `tables` is what the pass works on. */
const samples = {
  reals: `module "reals" {
    main(%x: tensor<1x4xf32>) {
      %y = hello.square(%x)
      return %y
    }
  }`,
  integers: `module "integers" {
    main(%x: tensor<1x4xi4>) {
      %y = hello.int_square(%x) {elem = "u7"}
      return %y
    }
  }`,
  streams: `module "streams" {
    main(%x: stream<1x4xi4, 2>) {
      %y = hello.squarer(%x) {elem = "u7", pe = 2}
      return %y
    }
  }`,
  tables: `module "tables" {
    main(%x: tensor<1x4xi2>) {
      %t = core.constant() {value = dense<tensor<1x4xu3>, [4, 1, 0, 1]>}
      %y = q.lookup(%x, %t) {elem = "u3", lo = -2}
      return %y
    }
  }`,
};

/** In place of `streamline()`, after which our pass wants to come: the samples hold nothing for it to do. */
const streamline = definePlugin({ name: "streamline", ops: qOps });

await conformance(() => hello(), {
  with: [streamline],
  samples,
  badOptions: [{ path: "timings", make: () => hello({ timings: "console" as never }) }],
  packageJson: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")),
});
