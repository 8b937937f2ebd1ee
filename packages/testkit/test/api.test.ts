import * as testkit from "@gatefold/testkit";
import { expect, it } from "vitest";

it("the public API is what it was", () => {
  expect(Object.keys(testkit).sort()).toMatchSnapshot();
});
