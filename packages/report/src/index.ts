export { type Figure, type FigureSource, figure, sumOf } from "./figure.js";
export {
  type FileReport,
  type FormReport,
  type ImplementationReport,
  type LayerReport,
  type PortReport,
  type Report,
  reportSchema,
  reportSchemaVersion,
  type StageCheck,
  type SynthesisReport,
  type VerificationReport,
} from "./report.js";
export { printReport, type ReadReport, readReport, withoutTimings } from "./text.js";
