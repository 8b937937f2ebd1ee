import * as frontend from "@gatefold/frontend-onnx";
import { expect, it } from "vitest";

it("the public API is what it was", () => {
  expect(Object.keys(frontend).sort()).toMatchSnapshot();
});
