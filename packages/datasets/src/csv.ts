import type { DatasetArray } from "./array.js";
import { DatasetError } from "./error.js";

export interface CsvOptions {
  /** Default: the first of tab, semicolon, comma that the first row has; else runs of spaces. */
  readonly delimiter?: string;
  /** Whether the first row names the columns. Default: it does when none of its cells is a number. */
  readonly header?: boolean;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i;

/** The number that a cell spells, or undefined. Stricter than `Number`, for which an empty cell is 0. */
function parseCell(cell: string): number | undefined {
  if (!NUMBER.test(cell)) return undefined;
  const lower = cell.toLowerCase();
  if (lower.includes("nan")) return Number.NaN;
  if (lower.includes("inf"))
    return lower.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(cell);
}

function splitRow(line: string, delimiter: string | undefined): readonly string[] {
  const cells = delimiter === undefined ? line.trim().split(/\s+/) : line.split(delimiter);
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

/**
 * Reads a table of numbers as float64 `[rows, columns]`. Empty lines and lines that begin with `#` are no rows.
 *
 * @throws DatasetError `bad-number` (line, column and cell), `ragged-rows`, `truncated` when there is no row.
 */
export function readCsv(input: Uint8Array | string, options: CsvOptions = {}): DatasetArray {
  const text = typeof input === "string" ? input : new TextDecoder().decode(input);
  const rows: { readonly lineNumber: number; readonly cells: readonly string[] }[] = [];
  let delimiter = options.delimiter;
  for (const [i, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (rows.length === 0) delimiter ??= ["\t", ";", ","].find((candidate) => line.includes(candidate));
    rows.push({ lineNumber: i + 1, cells: splitRow(line, delimiter) });
  }
  const first = rows[0];
  const header = options.header ?? first?.cells.every((cell) => parseCell(cell) === undefined) ?? false;
  if (header) rows.shift();
  if (!first || rows.length === 0) {
    throw new DatasetError(
      "datasets/truncated",
      "csv: there is no row of numbers.",
      "check that the file is the right one",
    );
  }
  const columns = first.cells.length;
  const data = new Float64Array(rows.length * columns);
  for (const [row, { lineNumber, cells }] of rows.entries()) {
    if (cells.length !== columns) {
      throw new DatasetError(
        "datasets/ragged-rows",
        `csv: line ${lineNumber} has ${cells.length} cells and the first row has ${columns}.`,
        "give every row the same cells, or name the delimiter",
      );
    }
    for (const [column, cell] of cells.entries()) {
      const value = parseCell(cell);
      if (value === undefined) {
        throw new DatasetError(
          "datasets/bad-number",
          `csv: line ${lineNumber}, column ${column + 1}: ${JSON.stringify(cell)} is not a number.`,
          "remove or encode columns that are not numbers",
        );
      }
      data[row * columns + column] = value;
    }
  }
  return { dtype: "float64", shape: [rows.length, columns], data };
}
