/** The thresholds of one channel and the integers that it can hold. */
export interface Staircase {
  /** Ascending; of equal ones the count passes all at once. Fractions count from the next integer on. */
  readonly thresholds: ArrayLike<number>;
  readonly lo: number;
  readonly hi: number;
}

/**
 * What becomes of a value that lies on a step exactly. `up`: it is rounded down, `⌊v⌋`. `even`, `odd`: a whole `v` that
 * is not of that parity counts as the one below, as in rounding halves to even after the half is added.
 */
export type Ties = "up" | "even" | "odd";

/** Lines, one a channel, that count as the thresholds do. */
export interface StaircaseFit {
  readonly ties: Ties;
  readonly shift: number;
  /** One factor for all channels, or one a channel; at least 0. */
  readonly mul: readonly number[];
  /** For each channel all offsets that are right, from least to greatest; infinite where the channel never steps. */
  readonly add: readonly (readonly [least: number, greatest: number])[];
}

/** A corner of a staircase: at `x` the line must have come to step `k`, or must not. */
interface Corner {
  readonly x: number;
  readonly k: number;
}

interface Corners {
  readonly reached: readonly Corner[];
  readonly short: readonly Corner[];
}

/** `mul · run <= rise · 2^shift − 1 + tie`: what a corner reached and a corner not reached ask of the factor alone. */
interface Pair {
  readonly run: number;
  readonly rise: number;
  readonly tie: number;
}

/** Every number of the search is an integer below this, so that doubles hold it. */
const exactBelow = 2 ** 52;
const mostShift = 40;
/** Factors stay below this. */
const mostFactor = 2 ** 30;

/**
 * Finds the integers `mul`, `add` and `shift` of least shift, and so of least width, with
 * `#{ t : x >= t } = clip((mul · x + add) >> shift, 0, N)` for every integer `x` of each channel's range; `undefined`
 * when there are none. With `shared`, `mul` is the same for all channels; `shift` always is.
 *
 * Both sides are monotone, so that they agree everywhere when they agree at each threshold and one before it. These
 * are linear inequalities in `mul` and `add`; for a given factor the offsets that keep them all are an interval, whose
 * length is concave in the factor. So the least factor of a given shift is found by Newton's method from below, each
 * step of which takes the pair of corners that is violated most. All of it is in integers: what is found is a proof,
 * and where nothing is found there is nothing within the limits above. This is the recognition of a digital straight
 * line between two sets of points.
 *
 * Source: Klette & Rosenfeld, "Digital straightness: a review", Discrete Applied Mathematics 139, 2004.
 */
export function fitStaircases(
  staircases: readonly Staircase[],
  options: { readonly ties: Ties; readonly shared: boolean },
): StaircaseFit | undefined {
  const { ties, shared } = options;
  const channels = staircases.map(cornersOf);
  const searches = (shared ? [channels] : channels.map((c) => [c])).map((group) => new Search(group, ties));
  let shift = 0;
  for (const search of searches) {
    const found = search.leastShift(shift);
    if (found === undefined) return undefined;
    shift = found;
  }
  const least = searches.map((search) => search.leastFactor(shift));
  if (least.some((m) => m === undefined)) return undefined;
  const widest = 2 ** Math.ceil(Math.log2(Math.max(...(least as number[])) + 1)) - 1;
  const mul = searches.map((search, i) => search.roomiest(shift, least[i]!, shared ? least[i]! : widest));
  const add = channels.map((c, i) => offsets(c, mul[shared ? 0 : i]!, shift, ties));
  return { ties, shift, mul, add };
}

function cornersOf({ thresholds, lo, hi }: Staircase): Corners {
  const [reached, short]: [Corner[], Corner[]] = [[], []];
  for (let i = 0; i < thresholds.length; i++) {
    const [x, k] = [Math.ceil(thresholds[i]!), i + 1];
    // Of thresholds at or below the range the last says all, of those above it the first.
    if (x <= lo) reached[0] = { x: lo, k };
    else if (x <= hi) {
      if (reached.at(-1)?.x === x) reached.pop();
      reached.push({ x, k });
      if (short.at(-1)?.x !== x - 1) short.push({ x: x - 1, k });
    } else {
      if (short.at(-1)?.x !== hi) short.push({ x: hi, k });
      break;
    }
  }
  return { reached, short };
}

/** 1 where a value on step `k` counts as one below it. */
function tieAt(k: number, ties: Ties): number {
  return ties === "up" ? 0 : (k % 2 === 0) === (ties === "even") ? 0 : 1;
}

/** Offsets that are right for a factor; empty (least above greatest) when the factor is wrong. */
function offsets(
  corners: Corners,
  mul: number,
  shift: number,
  ties: Ties,
): readonly [least: number, greatest: number] {
  const { least, greatest } = bounds(corners, mul, 2 ** shift, ties);
  return [least, greatest];
}

interface Bounds {
  readonly least: number;
  readonly greatest: number;
  readonly from: Corner | undefined;
  readonly to: Corner | undefined;
}

function bounds({ reached, short }: Corners, mul: number, unit: number, ties: Ties): Bounds {
  let [least, greatest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let from: Corner | undefined;
  let to: Corner | undefined;
  for (const corner of reached) {
    const b = corner.k * unit + tieAt(corner.k, ties) - mul * corner.x;
    if (b > least) [least, from] = [b, corner];
  }
  for (const corner of short) {
    const b = corner.k * unit + tieAt(corner.k, ties) - 1 - mul * corner.x;
    if (b < greatest) [greatest, to] = [b, corner];
  }
  return { least, greatest, from, to };
}

/** The search for one factor that some channels share. Pairs that were violated once are kept for the next shift. */
class Search {
  readonly #channels: readonly Corners[];
  readonly #ties: Ties;
  readonly #pairs: Pair[] = [];
  readonly #farthest: number;
  readonly #highest: number;

  constructor(channels: readonly Corners[], ties: Ties) {
    this.#channels = channels;
    this.#ties = ties;
    const corners = channels.flatMap((c) => [...c.reached, ...c.short]);
    this.#farthest = corners.reduce((most, { x }) => Math.max(most, Math.abs(x)), 1);
    this.#highest = corners.reduce((most, { k }) => Math.max(most, k), 1);
  }

  leastShift(from: number): number | undefined {
    for (let shift = from; shift <= mostShift && this.#isExact(0, shift); shift++) {
      if (this.leastFactor(shift) !== undefined) return shift;
      if (this.#isHopeless()) return undefined;
    }
    return undefined;
  }

  leastFactor(shift: number): number | undefined {
    const unit = 2 ** shift;
    let mul = 0;
    const raise = ({ run, rise, tie }: Pair): boolean => {
      const most = rise * unit - 1 + tie;
      if (run < 0) mul = Math.max(mul, Math.ceil(most / run));
      // A pair that bounds from above, or asks for what no factor gives, leaves nothing: factors only grow here.
      return run < 0 || mul * run <= most;
    };
    if (!this.#pairs.every(raise) || !this.#pairs.every(raise)) return undefined;
    while (this.#isExact(mul, shift)) {
      const pair = this.#violated(mul, unit);
      if (!pair) return mul;
      this.#pairs.push(pair);
      if (!raise(pair)) return undefined;
    }
    return undefined;
  }

  /** Of the least factor that is right, `most` and what lies between, a right one that leaves its offset most room. */
  roomiest(shift: number, least: number, most: number): number {
    const unit = 2 ** shift;
    const room = (mul: number): number =>
      this.#isExact(mul, shift)
        ? this.#channels.reduce((all, c) => {
            const { least: from, greatest } = bounds(c, mul, unit, this.#ties);
            return Math.min(all, greatest - from);
          }, Number.POSITIVE_INFINITY)
        : Number.NEGATIVE_INFINITY;
    let [from, to] = [least, Math.min(most, mostFactor)];
    while (to - from > 2) {
      const third = Math.floor((to - from) / 3);
      if (room(from + third) < room(to - third)) from += third;
      else to -= third;
    }
    let best = least;
    for (let mul = from; mul <= to; mul++) if (room(mul) > room(best)) best = mul;
    return best;
  }

  #isExact(mul: number, shift: number): boolean {
    return mul < mostFactor && this.#highest * 2 ** shift + mul * 2 * this.#farthest < exactBelow;
  }

  #violated(mul: number, unit: number): Pair | undefined {
    let worst: Bounds | undefined;
    for (const corners of this.#channels) {
      const found = bounds(corners, mul, unit, this.#ties);
      const excess = found.least - found.greatest;
      if (excess > 0 && (!worst || excess > worst.least - worst.greatest)) worst = found;
    }
    if (!worst) return undefined;
    const [from, to] = [worst.from!, worst.to!];
    const tie = tieAt(to.k, this.#ties) - tieAt(from.k, this.#ties);
    return { run: to.x - from.x, rise: to.k - from.k, tie };
  }

  /** Whether the pairs leave no slope open, whatever the shift. */
  #isHopeless(): boolean {
    let [lowest, highest] = [0, Number.POSITIVE_INFINITY];
    for (const { run, rise, tie } of this.#pairs) {
      if (run === 0 && (rise < 0 || (rise === 0 && tie < 1))) return true;
      if (run < 0) lowest = Math.max(lowest, rise / run);
      if (run > 0) highest = Math.min(highest, rise / run);
    }
    // Rounding keeps order; fractions that differ by less than doubles tell would want more digits than are searched.
    return lowest > highest || (lowest === highest && this.#ties === "up");
  }
}
