import {
  type Diagnostic,
  defineInterface,
  type Graph,
  type InterfaceTable,
  type Op,
  type OpInterface,
  type Value,
} from "@gatefold/core";
import type { Fact, FlowFact, HostFact } from "./fact.js";
import type { LayerNote } from "./summary.js";

/** Where a rule writes. */
export interface Site {
  /** The integer graph that is being built. */
  readonly graph: Graph;
  readonly interfaces: InterfaceTable;
  readonly layers: LayerNote[];
  /** Activations that were brought to integers already, so that all their readers read the same. */
  readonly integers: Map<FlowFact, FlowFact | HostFact>;
  /**
   * Moves the elements of a device input on the host instead: a new input of the moved codes. `undefined` when the
   * value is no device input.
   */
  movePort(port: Value, op: Op): FlowFact | undefined;
  /** Says something to the user; what stops a rule goes into its `HostFact` instead. */
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
  /** Whether the op takes padding in that waits before it. */
  readonly takesPadding?: boolean;
}

/**
 * How an op that is neither elementwise nor movement becomes integer ops. Elementwise ops and movement need no rule:
 * they declare `nn.elementwise` and `nn.movement`.
 */
export const Streamline: OpInterface<StreamlineModel> = defineInterface<StreamlineModel>("streamline.rule");
