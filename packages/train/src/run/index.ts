export { type CurvesOptions, curvesSvg } from "./curves.js";
export { type RunOptions, type RunResult, runTraining } from "./run.js";
