/*
 * Where things lie in the memory that all threads share. The first page holds what starts and ends a kernel; then each thread has
 * a workspace; then comes what the engine hands out.
 */

/** i64: the next chunk in the low half, the number of the run in the high half. */
export const STATE: usize = 256;
/** i32: chunks of this run that are finished. */
export const DONE: usize = 320;
/** i32: workers that wait for the next run. */
export const SLEEPERS: usize = 384;
/** i32: which kernel, and of how many chunks. */
export const KIND: usize = 448;
export const CHUNKS: usize = 452;
/** Arguments of the kernel, 4 bytes each. */
export const ARGUMENTS: usize = 512;

export const WORKSPACE: usize = 65536;
export const WORKSPACE_BYTES: usize = 131072;

@inline
export function int(slot: i32): i32 {
  return load<i32>(ARGUMENTS + (<usize>slot << 2));
}

@inline
export function pointer(slot: i32): usize {
  return <usize>load<u32>(ARGUMENTS + (<usize>slot << 2));
}

@inline
export function real(slot: i32): f32 {
  return load<f32>(ARGUMENTS + (<usize>slot << 2));
}
