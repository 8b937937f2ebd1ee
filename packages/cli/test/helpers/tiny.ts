import { fileURLToPath } from "node:url";

/** Two bipolar layers, 4 → 4 → 2, on codes 0 … 15: small enough to simulate and synthesise in every test. */
export const tiny: string = fileURLToPath(new URL("../models/tiny.gf", import.meta.url));
