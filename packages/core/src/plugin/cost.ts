import type { Op } from "../ir/op.js";
import type { AnyOpDef } from "../ir/op-def.js";
import type { Resources } from "./target.js";

/** What one kind of op costs on one device family. A resource that the rule leaves out is unknown, not zero. */
export interface CostRule {
  readonly op: AnyOpDef;
  /** `Target.family`. */
  readonly family: string;
  /** The synthesis run or paper that the rule was fitted on. */
  readonly source: string;
  estimate(op: Op): Partial<Resources>;
}
