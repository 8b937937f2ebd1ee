import { int, pointer, real } from "./layout";

/*
 * Work on rows x columns. Arguments 0, 1 and 2 are rows a chunk, rows and columns. Sums over a column go in two steps: each chunk
 * writes its part, then `combine` adds the parts in the order of the chunks.
 */

@inline
function firstRow(chunk: i32): i32 {
  return chunk * int(0);
}

@inline
function endRow(chunk: i32): i32 {
  return min(int(1), (chunk + 1) * int(0));
}

/** Chunks of columns; each column adds its parts in float64. Arguments: 0 columns a chunk, 1 columns, 2 parts, from, factor, to, whether to add. */
export function combine(chunk: i32, _thread: i32): void {
  const columns = int(1);
  const parts = int(2);
  const from = pointer(3);
  const factor = <f64>real(4);
  const to = pointer(5);
  const add = int(6) != 0;
  const end = min(columns, (chunk + 1) * int(0));
  for (let c = chunk * int(0); c < end; c++) {
    let sum: f64 = 0;
    for (let part = 0; part < parts; part++) {
      sum += <f64>load<f32>(from + ((<usize>part * <usize>columns + <usize>c) << 2));
    }
    const place = to + (<usize>c << 2);
    store<f32>(place, <f32>(sum * factor) + (add ? load<f32>(place) : 0));
  }
}

/** What a column's sum adds up. */
const SUM: i32 = 0;
const DOT: i32 = 1;
const SQUARES: i32 = 2;

/** Of elements at `x` (and `b`) of one column group whose mean is `mean`. */
@inline
function term(what: i32, x: usize, b: usize, mean: v128): v128 {
  const value = v128.load(x);
  if (what == SUM) return value;
  if (what == DOT) return f32x4.mul(value, v128.load(b));
  const distance = f32x4.sub(value, mean);
  return f32x4.mul(distance, distance);
}

@inline
function sums(what: i32, chunk: i32, a: usize, b: usize, means: usize, parts: usize): void {
  const columns = int(2);
  const stride = <usize>columns << 2;
  const start = <usize>firstRow(chunk) * stride;
  const end = <usize>endRow(chunk) * stride;
  const to = parts + <usize>chunk * stride;
  let c: usize = 0;
  for (; c + 64 <= stride; c += 64) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    const m0 = what == SQUARES ? v128.load(means + c) : s0;
    const m1 = what == SQUARES ? v128.load(means + c, 16) : s0;
    const m2 = what == SQUARES ? v128.load(means + c, 32) : s0;
    const m3 = what == SQUARES ? v128.load(means + c, 48) : s0;
    for (let i = start + c; i < end; i += stride) {
      s0 = f32x4.add(s0, term(what, a + i, b + i, m0));
      s1 = f32x4.add(s1, term(what, a + i + 16, b + i + 16, m1));
      s2 = f32x4.add(s2, term(what, a + i + 32, b + i + 32, m2));
      s3 = f32x4.add(s3, term(what, a + i + 48, b + i + 48, m3));
    }
    v128.store(to + c, s0);
    v128.store(to + c, s1, 16);
    v128.store(to + c, s2, 32);
    v128.store(to + c, s3, 48);
  }
  for (; c + 16 <= stride; c += 16) {
    let s = f32x4.splat(0);
    const m = what == SQUARES ? v128.load(means + c) : s;
    for (let i = start + c; i < end; i += stride) s = f32x4.add(s, term(what, a + i, b + i, m));
    v128.store(to + c, s);
  }
  for (; c < stride; c += 4) {
    let s: f32 = 0;
    const m: f32 = what == SQUARES ? load<f32>(means + c) : 0;
    for (let i = start + c; i < end; i += stride) {
      const value = load<f32>(a + i);
      if (what == SUM) s += value;
      else if (what == DOT) s += value * load<f32>(b + i);
      else s += (value - m) * (value - m);
    }
    store<f32>(to + c, s);
  }
}

/** Arguments: x, parts. */
export function columnSum(chunk: i32, _thread: i32): void {
  sums(SUM, chunk, pointer(3), 0, 0, pointer(4));
}

/** Arguments: a, b, parts. */
export function columnDot(chunk: i32, _thread: i32): void {
  sums(DOT, chunk, pointer(3), pointer(4), 0, pointer(5));
}

/** Squared distances from the means. Arguments: x, means, parts. */
export function columnSquares(chunk: i32, _thread: i32): void {
  sums(SQUARES, chunk, pointer(3), 0, pointer(4), pointer(5));
}

/** y = x + b. Arguments: x, b, y. */
export function addRow(chunk: i32, _thread: i32): void {
  const stride = <usize>int(2) << 2;
  const b = pointer(4);
  let x = pointer(3) + <usize>firstRow(chunk) * stride;
  let y = pointer(5) + <usize>firstRow(chunk) * stride;
  for (let row = firstRow(chunk); row < endRow(chunk); row++) {
    let c: usize = 0;
    for (; c + 16 <= stride; c += 16) v128.store(y + c, f32x4.add(v128.load(x + c), v128.load(b + c)));
    for (; c < stride; c += 4) store<f32>(y + c, load<f32>(x + c) + load<f32>(b + c));
    x += stride;
    y += stride;
  }
}

/** y = x s. Arguments: x, s, y. */
export function scaleRow(chunk: i32, _thread: i32): void {
  const stride = <usize>int(2) << 2;
  const s = pointer(4);
  let x = pointer(3) + <usize>firstRow(chunk) * stride;
  let y = pointer(5) + <usize>firstRow(chunk) * stride;
  for (let row = firstRow(chunk); row < endRow(chunk); row++) {
    let c: usize = 0;
    for (; c + 16 <= stride; c += 16) v128.store(y + c, f32x4.mul(v128.load(x + c), v128.load(s + c)));
    for (; c < stride; c += 4) store<f32>(y + c, load<f32>(x + c) * load<f32>(s + c));
    x += stride;
    y += stride;
  }
}

/** Arguments: x, mean, inverse, gamma, beta, xhat, y. */
export function normalize(chunk: i32, _thread: i32): void {
  const stride = <usize>int(2) << 2;
  const start = <usize>firstRow(chunk) * stride;
  const mean = pointer(4);
  const inverse = pointer(5);
  const gamma = pointer(6);
  const beta = pointer(7);
  let x = pointer(3) + start;
  let xhat = pointer(8) + start;
  let y = pointer(9) + start;
  for (let row = firstRow(chunk); row < endRow(chunk); row++) {
    let c: usize = 0;
    for (; c + 16 <= stride; c += 16) {
      const h = f32x4.mul(f32x4.sub(v128.load(x + c), v128.load(mean + c)), v128.load(inverse + c));
      v128.store(xhat + c, h);
      v128.store(y + c, f32x4.add(f32x4.mul(h, v128.load(gamma + c)), v128.load(beta + c)));
    }
    for (; c < stride; c += 4) {
      const h = (load<f32>(x + c) - load<f32>(mean + c)) * load<f32>(inverse + c);
      store<f32>(xhat + c, h);
      store<f32>(y + c, h * load<f32>(gamma + c) + load<f32>(beta + c));
    }
    x += stride;
    xhat += stride;
    y += stride;
  }
}

/** dx += factor (dy - a - xhat b). Arguments: xhat, dy, dx, factor, a, b; the last three per column. */
export function normalizeBackward(chunk: i32, _thread: i32): void {
  const stride = <usize>int(2) << 2;
  const start = <usize>firstRow(chunk) * stride;
  const factor = pointer(6);
  const a = pointer(7);
  const b = pointer(8);
  let xhat = pointer(3) + start;
  let dy = pointer(4) + start;
  let dx = pointer(5) + start;
  for (let row = firstRow(chunk); row < endRow(chunk); row++) {
    let c: usize = 0;
    for (; c + 16 <= stride; c += 16) {
      const through = f32x4.mul(v128.load(xhat + c), v128.load(b + c));
      const centred = f32x4.sub(f32x4.sub(v128.load(dy + c), v128.load(a + c)), through);
      v128.store(dx + c, f32x4.add(v128.load(dx + c), f32x4.mul(centred, v128.load(factor + c))));
    }
    for (; c < stride; c += 4) {
      const centred = load<f32>(dy + c) - load<f32>(a + c) - load<f32>(xhat + c) * load<f32>(b + c);
      store<f32>(dx + c, load<f32>(dx + c) + centred * load<f32>(factor + c));
    }
    xhat += stride;
    dy += stride;
    dx += stride;
  }
}
