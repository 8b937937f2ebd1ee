import { createCompiler, DiagnosticError, printDiagnostic } from "@gatefold/core";
import { Mul } from "@gatefold/dialect-nn";
import { describe, expect, it } from "vitest";
import { frontendOnnx, importOnnx, type OnnxHandler } from "../src/index.js";
import { info, modelBytes, node } from "./helpers/model.js";
