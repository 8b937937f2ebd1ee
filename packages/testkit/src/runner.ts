/** The two functions of a test runner that a suite needs; vitest's, jest's and node:test's fit. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => void | Promise<void>): unknown;
}

/** The given runner, or vitest, which is looked for only here. */
export async function runnerOf(given: Runner | undefined): Promise<Runner> {
  if (given) return given;
  try {
    const { describe, it } = await import("vitest");
    return { describe: (title, body) => describe(title, body), it: (title, body) => it(title, body) };
  } catch (error) {
    throw new Error("install vitest, or pass the `describe` and `it` of your test runner as `runner`", {
      cause: error,
    });
  }
}
