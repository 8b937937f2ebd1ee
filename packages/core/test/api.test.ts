import * as core from "@gatefold/core";
import { expect, it } from "vitest";

it("the public API is what it was", () => {
  expect(Object.keys(core).sort()).toMatchSnapshot();
});
