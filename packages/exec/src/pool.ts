import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { TensorData } from "@gatefold/core";
import { Piscina } from "piscina";
import type { Program } from "./program.js";

/** What each worker is started with. */
export interface WorkerSetup {
  readonly program: Program;
  readonly opModules: readonly string[];
}

/** Samples `from … to − 1`; the arrays lie on shared memory. */
export interface WorkerTask {
  readonly inputs: readonly TensorData[];
  readonly outputs: readonly TensorData[];
  readonly from: number;
  readonly to: number;
}

export interface Pool {
  run(
    inputs: readonly TensorData[],
    outputs: readonly TensorData[],
    count: number,
    onProgress: ((doneSamples: number, totalSamples: number) => void) | undefined,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Tasks a worker gets of one batch, so that an unlucky one delays the end by little. */
const tasksPerWorker = 8;

/** The worker's built entry: beside this module once bundled, in `dist` when running from source. */
export function workerFile(): string | undefined {
  const places = ["./worker.js", "../dist/worker.js"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return places.find((path) => existsSync(path));
}

export function startPool(
  program: Program,
  workers: number = availableParallelism(),
  opModules: readonly string[] = [],
): Pool {
  const filename = workerFile();
  if (!filename) throw new Error("the worker's entry is not built");
  const threads = Math.max(1, Math.floor(workers));
  const workerData: WorkerSetup = { program, opModules };
  const piscina = new Piscina<WorkerTask, void>({
    filename,
    name: "runTask",
    minThreads: threads,
    maxThreads: threads,
    workerData,
  });
  return {
    async run(inputs, outputs, count, onProgress) {
      const share = Math.ceil(count / (threads * tasksPerWorker * program.chunk)) * program.chunk;
      let next = 0;
      let done = 0;
      // Each lane keeps one task in a worker; after an error no lane takes another.
      const lane = async (): Promise<void> => {
        while (next < count) {
          const from = next;
          const to = Math.min(count, from + share);
          next = to;
          try {
            await piscina.run({ inputs, outputs, from, to });
          } catch (error) {
            next = count;
            throw error;
          }
          done += to - from;
          onProgress?.(done, count);
        }
      };
      const ends = await Promise.allSettled(Array.from({ length: threads }, lane));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    },
    close: () => piscina.destroy(),
  };
}
