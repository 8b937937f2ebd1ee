/** The entry of a worker thread; the pool calls it by name. */
export { runJob } from "./run-job.js";
