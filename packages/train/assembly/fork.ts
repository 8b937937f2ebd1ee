import { CHUNKS, DONE, KIND, SLEEPERS, STATE } from "./layout";
import { runChunk } from "./kernels";

/*
 * Fork and join. The main thread writes kernel and arguments, then a new run number; every thread, the main one too, takes chunks
 * until none is left. A chunk is taken by exchanging the whole state, run number and next chunk, so that a thread that comes late
 * with the last run's arguments takes nothing of this one.
 */

/** Looks before a thread goes to sleep. */
const SPINS: i32 = 20000;

/** Looks before the main thread sleeps until the last chunk of another thread is done. */
const JOIN_SPINS: i32 = 100000;

function take(run: u32, kind: i32, chunks: i32, thread: i32): void {
  while (true) {
    const state = atomic.load<u64>(STATE);
    const chunk = <i32>(state & 0xffffffff);
    if (<u32>(state >> 32) != run || chunk >= chunks) return;
    if (atomic.cmpxchg<u64>(STATE, state, state + 1) != state) continue;
    runChunk(kind, chunk, thread);
    if (atomic.add<i32>(DONE, 1) + 1 == chunks) atomic.notify(DONE, 1);
  }
}

/** Runs all the chunks in this thread. */
export function runHere(kind: i32, chunks: i32): void {
  for (let chunk = 0; chunk < chunks; chunk++) runChunk(kind, chunk, 0);
}

/** Runs the chunks in all threads; back when all are done. A kind below 0 ends the workers. */
export function runEverywhere(kind: i32, chunks: i32): void {
  const run = <u32>(atomic.load<u64>(STATE) >> 32) + 1;
  store<i32>(KIND, kind);
  store<i32>(CHUNKS, chunks);
  atomic.store<i32>(DONE, 0);
  atomic.store<u64>(STATE, <u64>run << 32);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(STATE + 4, -1);
  if (kind < 0) return;
  take(run, kind, chunks, 0);
  for (let i = 0; i < JOIN_SPINS; i++) if (atomic.load<i32>(DONE) == chunks) return;
  while (true) {
    const done = atomic.load<i32>(DONE);
    if (done == chunks) return;
    atomic.wait<i32>(DONE, done, -1);
  }
}

/** A worker's life: waits for a run, takes part, until one of a kind below 0. */
export function work(thread: i32): void {
  let seen: u32 = 0;
  while (true) {
    let run = <u32>(atomic.load<u64>(STATE) >> 32);
    for (let i = 0; i < SPINS && run == seen; i++) run = <u32>(atomic.load<u64>(STATE) >> 32);
    if (run == seen) {
      atomic.add<i32>(SLEEPERS, 1);
      atomic.wait<i32>(STATE + 4, <i32>seen, -1);
      atomic.sub<i32>(SLEEPERS, 1);
      continue;
    }
    seen = run;
    const kind = load<i32>(KIND);
    const chunks = load<i32>(CHUNKS);
    if (kind < 0) return;
    take(run, kind, chunks, thread);
  }
}
