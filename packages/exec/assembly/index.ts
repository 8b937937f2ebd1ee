export * from "./elementwise";
export * from "./matmul-bits";
export * from "./matmul-int";
export * from "./matmul-tables";
export * from "./threshold";
export * from "./window";
