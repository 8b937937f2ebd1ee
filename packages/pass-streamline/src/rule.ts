import {
  type Diagnostic,
  defineInterface,
  type Graph,
  type InterfaceTable,
  type Op,
  type OpInterface,
} from "@gatefold/core";
import type { Fact } from "./fact.js";
import type { LayerNote } from "./summary.js";

/** Where a rule writes. */
export interface Site {
  /** The integer graph that is being built. */
  readonly graph: Graph;
  readonly interfaces: InterfaceTable;
  readonly layers: LayerNote[];
  report(diagnostic: Diagnostic): void;
}

export interface StreamlineModel {
  /**
   * Facts of the results from facts of the operands, building integer ops on the way. A `HostFact` says that the op
   * can only run on the host; `mustLower` then decides whether that is an error.
   */
  streamline(op: Op, operands: readonly Fact[], site: Site): readonly Fact[];
  /** Whether the op is real work that must not fall to the host. */
  readonly mustLower: boolean;
}

/**
 * How an op that is neither elementwise nor movement becomes integer ops. Elementwise ops and movement need no rule:
 * they declare `nn.elementwise` and `nn.movement`.
 */
export const Streamline: OpInterface<StreamlineModel> = defineInterface<StreamlineModel>("streamline.rule");
