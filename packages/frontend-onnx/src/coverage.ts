import type { Diagnostic, Location } from "@gatefold/core";
import { opsetMissing, opsetRange, subgraph, unknownOp } from "./diagnostics.js";
import type { NodeRef } from "./graph-check.js";
import type { HandlerTable, OnnxHandler } from "./handler.js";
import type { OnnxModel } from "./model.js";
import { explainUnknown } from "./nearest.js";

/** Versions of ai.onnx that are read. */
export const MIN_OPSET = 7;
export const MAX_OPSET = 25;

/** What became of one node of the file. */
export interface CoverageEntry {
  /** The node's name, or `OpType_<index>`. */
  readonly node: string;
  readonly op: string;
  readonly domain: string;
  readonly opset: number;
  /** `blocked`: nothing is known against it, but it reads from a node that is not mapped. */
  readonly status: "mapped" | "unmapped" | "blocked";
  /** Why it is not mapped, and what would be. */
  readonly reason?: string;
  readonly nearest?: string;
}

/** Every node of a model and whether it can be built, known for all nodes at once. */
export interface CoverageReport {
  readonly entries: readonly CoverageEntry[];
  readonly mappedCount: number;
  readonly unmapped: readonly CoverageEntry[];
}

export function coverageReport(entries: readonly CoverageEntry[]): CoverageReport {
  return {
    entries,
    mappedCount: entries.filter((e) => e.status === "mapped").length,
    unmapped: entries.filter((e) => e.status === "unmapped"),
  };
}

/** The version of a domain: files leave out those of the quantizer domains, whose version 1 is meant. */
export function domainVersion(model: OnnxModel, domain: string): number {
  return model.opsets.get(domain) ?? 1;
}

export function checkOpset(model: OnnxModel, file: Location): Diagnostic | undefined {
  const version = model.opsets.get("");
  if (version === undefined) return opsetMissing("", file);
  return version < MIN_OPSET || version > MAX_OPSET
    ? opsetRange(version, MIN_OPSET, MAX_OPSET, file)
    : undefined;
}

/** The handler of a node, or the diagnostic that says why there is none. */
export function chooseHandler(
  model: OnnxModel,
  table: HandlerTable,
  { node, loc }: NodeRef,
): OnnxHandler | Diagnostic {
  const version = domainVersion(model, node.domain);
  const handler = table.find(node.op, node.domain, version);
  if (handler) return handler;
  for (const [name, { kind }] of node.attributes) if (kind === "graph") return subgraph(node.op, name, loc);
  if (model.functions.includes(`${node.domain}:${node.op}`)) {
    const hint = "inline the model's functions before export, e.g. onnx.inliner.inline_local_functions";
    return unknownOp(node.op, node.domain, version, "is a function that the model defines", hint, loc);
  }
  const { reason, nearest } = explainUnknown(table, node.op, node.domain);
  return unknownOp(node.op, node.domain, version, reason, nearest, loc);
}
