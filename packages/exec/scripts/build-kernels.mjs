import { buildKernels } from "../../../tools/build-kernels.mjs";

await buildKernels(import.meta.url, ["--enable", "simd"]);
