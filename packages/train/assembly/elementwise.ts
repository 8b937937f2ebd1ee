import { int, pointer, real } from "./layout";

/*
 * One chunk is elements `chunk * size ...` of arrays of `length`: arguments 0 and 1 are size and length in elements. Each loop
 * takes four elements at once, then those left.
 */

@inline
function startOf(chunk: i32): usize {
  return <usize>(chunk * int(0)) << 2;
}

@inline
function endOf(chunk: i32): usize {
  return <usize>min(int(1), (chunk + 1) * int(0)) << 2;
}

@inline
function vectorEnd(start: usize, end: usize): usize {
  return start + ((end - start) & ~15);
}

/** Arguments: y, value. */
export function fill(chunk: i32, _thread: i32): void {
  const y = pointer(2);
  const value = real(3);
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) v128.store(y + i, f32x4.splat(value));
  for (; i < end; i += 4) store<f32>(y + i, value);
}

/** Arguments: x, y. */
export function copy(chunk: i32, _thread: i32): void {
  const start = startOf(chunk);
  memory.copy(pointer(3) + start, pointer(2) + start, endOf(chunk) - start);
}

/** y += alpha x. Arguments: x, y, alpha. */
export function axpy(chunk: i32, _thread: i32): void {
  const x = pointer(2);
  const y = pointer(3);
  const alpha = real(4);
  const factor = f32x4.splat(alpha);
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) {
    v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(factor, v128.load(x + i))));
  }
  for (; i < end; i += 4) store<f32>(y + i, load<f32>(y + i) + alpha * load<f32>(x + i));
}

/** y (+)= a b. Arguments: a, b, y, whether to add. */
export function multiply(chunk: i32, _thread: i32): void {
  const a = pointer(2);
  const b = pointer(3);
  const y = pointer(4);
  const end = endOf(chunk);
  let i = startOf(chunk);
  const whole = vectorEnd(i, end);
  if (int(5) != 0) {
    for (; i < whole; i += 16) {
      v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(v128.load(a + i), v128.load(b + i))));
    }
    for (; i < end; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(a + i) * load<f32>(b + i));
    return;
  }
  for (; i < whole; i += 16) v128.store(y + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
  for (; i < end; i += 4) store<f32>(y + i, load<f32>(a + i) * load<f32>(b + i));
}

/** Arguments: x, y, low, high. */
export function clip(chunk: i32, _thread: i32): void {
  const x = pointer(2);
  const y = pointer(3);
  const low = real(4);
  const high = real(5);
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) {
    v128.store(y + i, f32x4.min(f32x4.max(v128.load(x + i), f32x4.splat(low)), f32x4.splat(high)));
  }
  for (; i < end; i += 4) store<f32>(y + i, min(max(load<f32>(x + i), low), high));
}

/** Arguments: x, dy, dx, low, high, whether the limits are inside. */
export function clipBackward(chunk: i32, _thread: i32): void {
  const x = pointer(2);
  const dy = pointer(3);
  const dx = pointer(4);
  const low = real(5);
  const high = real(6);
  const closed = int(7) != 0;
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) {
    const value = v128.load(x + i);
    const inside = closed
      ? v128.and(f32x4.ge(value, f32x4.splat(low)), f32x4.le(value, f32x4.splat(high)))
      : v128.and(f32x4.gt(value, f32x4.splat(low)), f32x4.lt(value, f32x4.splat(high)));
    v128.store(dx + i, f32x4.add(v128.load(dx + i), v128.and(v128.load(dy + i), inside)));
  }
  for (; i < end; i += 4) {
    const value = load<f32>(x + i);
    const inside = closed ? value >= low && value <= high : value > low && value < high;
    if (inside) store<f32>(dx + i, load<f32>(dx + i) + load<f32>(dy + i));
  }
}

/**
 * Adam. Arguments: parameter, gradient, first, second, beta1, 1 - beta1, beta2, 1 - beta2, rate / (1 - beta1^t),
 * 1 / (1 - beta2^t), epsilon, 1 - rate * decay.
 */
export function adam(chunk: i32, _thread: i32): void {
  const parameter = pointer(2);
  const gradient = pointer(3);
  const first = pointer(4);
  const second = pointer(5);
  const beta1 = real(6);
  const rest1 = real(7);
  const beta2 = real(8);
  const rest2 = real(9);
  const rate = real(10);
  const factor = real(11);
  const epsilon = real(12);
  const keep = real(13);
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) {
    const g = v128.load(gradient + i);
    const m = f32x4.add(
      f32x4.mul(f32x4.splat(beta1), v128.load(first + i)),
      f32x4.mul(f32x4.splat(rest1), g),
    );
    const v = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(second + i)),
      f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g),
    );
    v128.store(first + i, m);
    v128.store(second + i, v);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(factor))), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(f32x4.splat(rate), m), size);
    v128.store(
      parameter + i,
      f32x4.sub(f32x4.mul(v128.load(parameter + i), f32x4.splat(keep)), change),
    );
  }
  for (; i < end; i += 4) {
    const g = load<f32>(gradient + i);
    const m = beta1 * load<f32>(first + i) + rest1 * g;
    const v = beta2 * load<f32>(second + i) + rest2 * g * g;
    store<f32>(first + i, m);
    store<f32>(second + i, v);
    const change = (rate * m) / (sqrt<f32>(v * factor) + epsilon);
    store<f32>(parameter + i, load<f32>(parameter + i) * keep - change);
  }
}

/** Momentum. Arguments: parameter, gradient, velocity, rate, momentum, decay, whether Nesterov's. */
export function sgd(chunk: i32, _thread: i32): void {
  const parameter = pointer(2);
  const gradient = pointer(3);
  const velocity = pointer(4);
  const rate = real(5);
  const momentum = real(6);
  const decay = real(7);
  const nesterov = int(8) != 0;
  const end = endOf(chunk);
  let i = startOf(chunk);
  for (const whole = vectorEnd(i, end); i < whole; i += 16) {
    const p = v128.load(parameter + i);
    const g = f32x4.add(v128.load(gradient + i), f32x4.mul(f32x4.splat(decay), p));
    const v = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(velocity + i)), g);
    v128.store(velocity + i, v);
    const change = nesterov ? f32x4.add(g, f32x4.mul(f32x4.splat(momentum), v)) : v;
    v128.store(parameter + i, f32x4.sub(p, f32x4.mul(f32x4.splat(rate), change)));
  }
  for (; i < end; i += 4) {
    const p = load<f32>(parameter + i);
    const g = load<f32>(gradient + i) + decay * p;
    const v = momentum * load<f32>(velocity + i) + g;
    store<f32>(velocity + i, v);
    store<f32>(parameter + i, p - rate * (nesterov ? g + momentum * v : v));
  }
}
