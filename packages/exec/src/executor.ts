import { type AnyOpDef, allocate, type Graph, InterfaceTable, type TensorData } from "@gatefold/core";
import { qOps } from "@gatefold/dialect-q";
import { allocateShared, inputArrays, outputArrays, toShared } from "./arrays.js";
import { ExecKernel } from "./kernel.js";
import { Planner } from "./plan/planner.js";
import { type Pool, startPool, workerFile } from "./pool.js";
import type { PlanStep } from "./program.js";
import { Runner } from "./runner.js";

/** Samples to run: for each graph input `count` times the elements of its type, sample after sample, row-major. */
export interface Batch {
  readonly data: TensorData | readonly TensorData[];
  readonly count: number;
}

/** For each graph output `count` times the elements of its type, in the array that `allocate(elem)` gives. */
export interface BatchResult {
  readonly outputs: readonly TensorData[];
  readonly count: number;
}

export interface RunOptions {
  /** Called as samples are done; in parallel, in the order in which tasks end. */
  readonly onProgress?: (doneSamples: number, totalSamples: number) => void;
}

export interface ExecutorOptions {
  /** Threads of `runParallel`; all cores unless told otherwise. */
  readonly workers?: number;
  /** Kernels and ranges that plugins attach to ops from outside. Workers cannot be handed these. */
  readonly interfaces?: InterfaceTable;
  /** Modules (URLs) whose exported op definitions workers need, beyond the integer dialect's. */
  readonly opModules?: readonly string[];
}

/**
 * A compiled graph. Every result equals the reference `evaluate`, element by element, or the run throws.
 */
export interface Executor {
  /** What runs, step by step. */
  readonly plan: readonly PlanStep[];
  /** Samples worked on at a time. */
  readonly chunkSamples: number;
  /** Why `runParallel` stays in this thread; `undefined` when it uses workers. */
  readonly inThreadReason: string | undefined;
  /** Runs a batch in this thread. Throws `ExecError` at a value that its element type cannot hold. */
  run(batch: Batch, options?: RunOptions): BatchResult;
  /** The same in worker threads. The result does not depend on their number. */
  runParallel(batch: Batch, options?: RunOptions): Promise<BatchResult>;
  /** Ends the workers. */
  close(): Promise<void>;
}

/** Plans a graph once. Throws a DiagnosticError when exactness cannot be guaranteed. */
export function createExecutor(graph: Graph, options: ExecutorOptions = {}): Executor {
  const interfaces = options.interfaces ?? new InterfaceTable();
  const { program, plan, ownCode } = new Planner(graph, interfaces).build();
  const defs = new Map<string, AnyOpDef>([...ownCode].map((op) => [op.def.name, op.def]));
  const reason = whyInThread([...defs.values()], options);
  let runner: Runner | undefined;
  let pool: Pool | undefined;
  const local = (): Runner => {
    runner ??= new Runner(program, (name) => {
      const def = defs.get(name)!;
      return { def, kernel: interfaces.get(def, ExecKernel) };
    });
    return runner;
  };
  const run = (batch: Batch, { onProgress }: RunOptions = {}): BatchResult => {
    const inputs = inputArrays(program, batch);
    const outputs = outputArrays(program, batch.count, allocate);
    local().run(inputs, outputs, 0, batch.count, onProgress && ((done) => onProgress(done, batch.count)));
    return { outputs, count: batch.count };
  };
  return {
    plan,
    chunkSamples: program.chunk,
    inThreadReason: reason,
    run,
    async runParallel(batch, runOptions = {}) {
      if (reason !== undefined) return run(batch, runOptions);
      const inputs = inputArrays(program, batch).map(toShared);
      const outputs = outputArrays(program, batch.count, allocateShared);
      pool ??= startPool(program, options.workers, options.opModules ?? []);
      await pool.run(inputs, outputs, batch.count, runOptions.onProgress);
      return { outputs, count: batch.count };
    },
    async close() {
      await pool?.close();
      pool = undefined;
      runner = undefined;
    },
  };
}

function whyInThread(defs: readonly AnyOpDef[], options: ExecutorOptions): string | undefined {
  if (!workerFile()) return "the worker's entry is not built";
  const strangers = defs.filter((def) => !qOps.includes(def)).map((def) => def.name);
  const attached = defs.filter((def) => {
    const kernel = options.interfaces?.get(def, ExecKernel);
    return kernel !== undefined && !def.interfaces.some((i) => i.implementation === kernel);
  });
  if (attached.length > 0)
    return `a plugin attached the kernel of ${attached[0]!.name}, which no worker can be sent`;
  if (strangers.length > 0 && !options.opModules?.length)
    return `\`opModules\` does not say where workers find ${strangers.join(", ")}`;
  return undefined;
}
