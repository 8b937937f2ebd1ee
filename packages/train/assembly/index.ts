export * from "./fork";
export * from "./kernels";
export { ARGUMENTS, WORKSPACE, WORKSPACE_BYTES } from "./layout";
