import * as columns from "./columns";
import * as depthwise from "./depthwise";
import * as elementwise from "./elementwise";
import * as matrix from "./gemm";
import * as quantizers from "./quantize";
import * as windows from "./window";

/* The number of each kernel; the engine reads them from the module by name. */
export const fill: i32 = 0;
export const copy: i32 = 1;
export const axpy: i32 = 2;
export const multiply: i32 = 3;
export const clip: i32 = 4;
export const clipBackward: i32 = 5;
export const adam: i32 = 6;
export const sgd: i32 = 7;
export const combine: i32 = 8;
export const columnSum: i32 = 9;
export const columnDot: i32 = 10;
export const columnSquares: i32 = 11;
export const addRow: i32 = 12;
export const scaleRow: i32 = 13;
export const normalize: i32 = 14;
export const normalizeBackward: i32 = 15;
export const quantize: i32 = 16;
export const quantizeBackward: i32 = 17;
export const sign: i32 = 18;
export const packPanels: i32 = 19;
export const gemm: i32 = 20;
export const im2col: i32 = 21;
export const col2im: i32 = 22;
export const maxPool: i32 = 23;
export const maxPoolBackward: i32 = 24;
export const sumPool: i32 = 25;
export const sumPoolBackward: i32 = 26;
export const depthwiseForward: i32 = 27;
export const depthwiseBackward: i32 = 28;

export function runChunk(kind: i32, chunk: i32, thread: i32): void {
  switch (kind) {
    case fill: return elementwise.fill(chunk, thread);
    case copy: return elementwise.copy(chunk, thread);
    case axpy: return elementwise.axpy(chunk, thread);
    case multiply: return elementwise.multiply(chunk, thread);
    case clip: return elementwise.clip(chunk, thread);
    case clipBackward: return elementwise.clipBackward(chunk, thread);
    case adam: return elementwise.adam(chunk, thread);
    case sgd: return elementwise.sgd(chunk, thread);
    case combine: return columns.combine(chunk, thread);
    case columnSum: return columns.columnSum(chunk, thread);
    case columnDot: return columns.columnDot(chunk, thread);
    case columnSquares: return columns.columnSquares(chunk, thread);
    case addRow: return columns.addRow(chunk, thread);
    case scaleRow: return columns.scaleRow(chunk, thread);
    case normalize: return columns.normalize(chunk, thread);
    case normalizeBackward: return columns.normalizeBackward(chunk, thread);
    case quantize: return quantizers.quantize(chunk, thread);
    case quantizeBackward: return quantizers.quantizeBackward(chunk, thread);
    case sign: return quantizers.sign(chunk, thread);
    case packPanels: return matrix.packPanels(chunk, thread);
    case gemm: return matrix.gemm(chunk, thread);
    case im2col: return windows.im2col(chunk, thread);
    case col2im: return windows.col2im(chunk, thread);
    case maxPool: return windows.maxPool(chunk, thread);
    case maxPoolBackward: return windows.maxPoolBackward(chunk, thread);
    case sumPool: return windows.sumPool(chunk, thread);
    case sumPoolBackward: return windows.sumPoolBackward(chunk, thread);
    case depthwiseForward: return depthwise.depthwise(chunk, thread);
    case depthwiseBackward: return depthwise.depthwiseBackward(chunk, thread);
  }
}
