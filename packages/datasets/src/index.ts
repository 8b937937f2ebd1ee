export { type DatasetArray, type Dtype, datasetArray, dtypes, type TypedArray } from "./array.js";
export { type CsvOptions, readCsv } from "./csv.js";
export { type ByteArray, type Digits, type DigitsOptions, digits } from "./digits/digits.js";
export { DatasetError, type DatasetErrorCode } from "./error.js";
export { readIdx } from "./idx.js";
export { decodeArray, type LoadOptions, loadArray } from "./load.js";
export { readNpy, writeNpy } from "./npy.js";
export { openNpz, readNpz, writeNpz } from "./npz.js";
export { philox4x32, type Random, random } from "./random.js";
