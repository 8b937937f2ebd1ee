import { describeCases } from "./check.js";
import { reduceGroups } from "./reduce-groups.js";

describeCases("window kernels", reduceGroups);
