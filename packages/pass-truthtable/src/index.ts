export { type Difference, firstDifference } from "./compare.js";
export { type MapTablesOptions, mapTables } from "./map-tables.js";
export type { LutInputs, MapObjective } from "./optimise.js";
export { type Packing, type PackOptions, packDualOutputs } from "./pack.js";
export { reachableAddresses } from "./reachable.js";
export { readTables } from "./read-tables.js";
export { recodeTables } from "./recode.js";
