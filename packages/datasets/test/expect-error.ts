import { expect } from "vitest";
import { DatasetError, type DatasetErrorCode } from "../src/index.js";

/** Runs `act` and expects a DatasetError of that code, with a hint, whose reason matches. */
export function expectDatasetError(act: () => unknown, code: DatasetErrorCode, reason?: RegExp): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DatasetError);
  const error = thrown as DatasetError;
  expect(error.code).toBe(code);
  expect(error.hint.length).toBeGreaterThan(5);
  expect(error.message).toContain(error.reason);
  if (reason) expect(error.reason).toMatch(reason);
}
