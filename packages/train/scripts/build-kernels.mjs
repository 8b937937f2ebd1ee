import { buildKernels } from "../../../tools/build-kernels.mjs";

const memory = ["--sharedMemory", "--initialMemory", "256", "--maximumMemory", "65536"];
await buildKernels(import.meta.url, [
  ...memory,
  "--enable",
  "simd",
  "--enable",
  "threads",
  "--enable",
  "bulk-memory",
]);
