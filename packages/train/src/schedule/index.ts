export type { EpochRecord, Schedule, ScheduleAt } from "./schedule.js";
export {
  constant,
  cosine,
  exponential,
  halve,
  type PlateauOptions,
  plateau,
  stepDecay,
  warmUp,
} from "./schedules.js";
