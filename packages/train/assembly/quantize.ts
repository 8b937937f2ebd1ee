import { int, pointer, real } from "./layout";

/*
 * Quantizers. Arguments 0 to 3 are elements a chunk, elements, channels and elements in a row of one channel; a chunk begins at
 * channel 0. Loops run over stretches of one scale, or, where each element has a channel of its own, over rows of channels.
 */

@inline
function code(v: v128, low: f32, high: f32): v128 {
  return f32x4.min(f32x4.max(f32x4.nearest(v), f32x4.splat(low)), f32x4.splat(high));
}

@inline
function codeOf(v: f32, low: f32, high: f32): f32 {
  return min(max(nearest<f32>(v), low), high);
}

@inline
function channelAt(i: i32, channels: i32, inner: i32): i32 {
  return channels == 1 ? 0 : (i / inner) % channels;
}

/** How many elements from `i` to `end` have one scale (`channels` and `inner` above 1), or belong to one row of scales. */
@inline
function stretchAt(i: i32, end: i32, channels: i32, inner: i32): i32 {
  if (channels == 1) return end - i;
  return min(end - i, inner == 1 ? channels : inner);
}

/** Arguments: x, scale, y, low, high. */
export function quantize(chunk: i32, _thread: i32): void {
  const channels = int(2);
  const inner = int(3);
  const low = real(7);
  const high = real(8);
  const end = min(int(1), (chunk + 1) * int(0));
  const byRow = channels > 1 && inner == 1;
  for (let i = chunk * int(0); i < end; ) {
    const length = stretchAt(i, end, channels, inner);
    const x = pointer(4) + (<usize>i << 2);
    const y = pointer(6) + (<usize>i << 2);
    const scale = pointer(5) + (<usize>(byRow ? 0 : channelAt(i, channels, inner)) << 2);
    const bytes = <usize>length << 2;
    let j: usize = 0;
    if (byRow) {
      for (; j + 16 <= bytes; j += 16) {
        const s = v128.load(scale + j);
        v128.store(y + j, f32x4.mul(code(f32x4.div(v128.load(x + j), s), low, high), s));
      }
    } else {
      const s = v128.load32_splat(scale);
      for (; j + 16 <= bytes; j += 16) {
        v128.store(y + j, f32x4.mul(code(f32x4.div(v128.load(x + j), s), low, high), s));
      }
    }
    for (; j < bytes; j += 4) {
      const s = load<f32>(byRow ? scale + j : scale);
      store<f32>(y + j, codeOf(load<f32>(x + j) / s, low, high) * s);
    }
    i += length;
  }
}

/** Arguments: x, scale, y. */
export function sign(chunk: i32, _thread: i32): void {
  const channels = int(2);
  const inner = int(3);
  const end = min(int(1), (chunk + 1) * int(0));
  const byRow = channels > 1 && inner == 1;
  for (let i = chunk * int(0); i < end; ) {
    const length = stretchAt(i, end, channels, inner);
    const x = pointer(4) + (<usize>i << 2);
    const y = pointer(6) + (<usize>i << 2);
    const scale = pointer(5) + (<usize>(byRow ? 0 : channelAt(i, channels, inner)) << 2);
    const bytes = <usize>length << 2;
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      const s = byRow ? v128.load(scale + j) : v128.load32_splat(scale);
      const positive = f32x4.ge(v128.load(x + j), f32x4.splat(0));
      v128.store(y + j, v128.bitselect(s, f32x4.neg(s), positive));
    }
    for (; j < bytes; j += 4) {
      const s = load<f32>(byRow ? scale + j : scale);
      store<f32>(y + j, load<f32>(x + j) >= 0 ? s : -s);
    }
    i += length;
  }
}

@inline
function addTo(place: usize, value: f32): void {
  store<f32>(place, load<f32>(place) + value);
}

/**
 * Arguments: x, scale, dy, dx or 0, parts of dscale (`channels` a chunk) or 0, low, high.
 */
export function quantizeBackward(chunk: i32, _thread: i32): void {
  const channels = int(2);
  const inner = int(3);
  const dx = pointer(7);
  const parts = pointer(8) ? pointer(8) + ((<usize>chunk * <usize>channels) << 2) : 0;
  const low = real(9);
  const high = real(10);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const end = min(int(1), (chunk + 1) * int(0));
  const byRow = channels > 1 && inner == 1;
  if (parts) memory.fill(parts, 0, <usize>channels << 2);
  for (let i = chunk * int(0); i < end; ) {
    const length = stretchAt(i, end, channels, inner);
    const channel = <usize>(byRow ? 0 : channelAt(i, channels, inner)) << 2;
    const x = pointer(4) + (<usize>i << 2);
    const scale = pointer(5) + channel;
    const dy = pointer(6) + (<usize>i << 2);
    const out = dx + (<usize>i << 2);
    const bytes = <usize>length << 2;
    let sum = f32x4.splat(0);
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) {
      const s = byRow ? v128.load(scale + j) : v128.load32_splat(scale);
      const v = f32x4.div(v128.load(x + j), s);
      const inside = v128.and(f32x4.ge(v, lows), f32x4.le(v, highs));
      const g = v128.load(dy + j);
      if (dx) v128.store(out + j, f32x4.add(v128.load(out + j), v128.and(g, inside)));
      if (parts) {
        const error = f32x4.mul(g, f32x4.sub(code(v, low, high), v128.and(v, inside)));
        if (byRow) v128.store(parts + j, f32x4.add(v128.load(parts + j), error));
        else sum = f32x4.add(sum, error);
      }
    }
    for (; j < bytes; j += 4) {
      const v = load<f32>(x + j) / load<f32>(byRow ? scale + j : scale);
      const inside = v >= low && v <= high;
      const g = load<f32>(dy + j);
      if (dx && inside) addTo(out + j, g);
      if (parts) addTo(parts + (byRow ? j : channel), g * (codeOf(v, low, high) - (inside ? v : 0)));
    }
    if (parts && !byRow) {
      const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
      addTo(parts + channel, f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
    }
    i += length;
  }
}
