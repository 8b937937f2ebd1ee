/** A cost that depends on some variables: a table over their states, row by row, the last variable fastest. */
export interface CostTable {
  readonly variables: readonly number[];
  readonly costs: Float64Array;
}

export interface Minimum {
  /** Infinite when no choice is allowed. */
  readonly cost: number;
  /** State of each variable. */
  readonly states: readonly number[];
  /** Whether no choice can cost less. */
  readonly exact: boolean;
}

/** What the elimination of one variable leaves to look up: its best state for each choice of its neighbours. */
interface Elimination {
  readonly variable: number;
  readonly neighbours: readonly number[];
  readonly best: Int32Array;
}

/** Entries that one table may have. */
const defaultLimit = 1 << 22;

/**
 * The states of least summed cost, by eliminating one variable after the other (nonserial dynamic programming).
 *
 * A chain costs what a walk along it costs; forks that join again make tables of three variables; the answer is exact
 * whatever the graph. Only when a table would exceed `limit` entries is a variable put to the state that looks best
 * alone, and `exact` is false. Of equal costs the lowest states win.
 * Source: Bertelè & Brioschi, "Nonserial Dynamic Programming", 1972.
 */
export function minimize(
  sizes: readonly number[],
  tables: readonly CostTable[],
  limit: number = defaultLimit,
): Minimum {
  let open = [...tables];
  const left = new Set(sizes.keys());
  const eliminations: Elimination[] = [];
  let exact = true;
  while (left.size > 0) {
    const next = cheapest(left, open, sizes);
    const { variable } = next;
    const mine = open.filter((t) => t.variables.includes(variable));
    open = open.filter((t) => !t.variables.includes(variable));
    left.delete(variable);
    if (next.entries > limit) {
      exact = false;
      const state = bestAlone(variable, sizes, mine);
      eliminations.push({ variable, neighbours: [], best: Int32Array.of(state) });
      open.push(...mine.map((t) => slice(t, variable, state, sizes)));
      continue;
    }
    const { elimination, rest } = eliminate(variable, next.neighbours, mine, sizes);
    eliminations.push(elimination);
    open.push(rest);
  }
  const states = new Array<number>(sizes.length).fill(0);
  for (const { variable, neighbours, best } of eliminations.reverse()) {
    states[variable] = best[neighbours.reduce((at, v) => at * sizes[v]! + states[v]!, 0)]!;
  }
  return { cost: open.reduce((sum, t) => sum + t.costs[0]!, 0), states, exact };
}

/** The variable whose elimination makes the smallest table. */
function cheapest(
  left: ReadonlySet<number>,
  open: readonly CostTable[],
  sizes: readonly number[],
): { readonly variable: number; readonly neighbours: readonly number[]; readonly entries: number } {
  const neighbours = new Map<number, Set<number>>();
  for (const variable of left) neighbours.set(variable, new Set());
  for (const { variables } of open) {
    for (const a of variables) for (const b of variables) if (a !== b) neighbours.get(a)!.add(b);
  }
  let best = { variable: -1, neighbours: [] as number[], entries: Number.POSITIVE_INFINITY };
  for (const [variable, set] of neighbours) {
    const entries = [...set].reduce((n, v) => n * sizes[v]!, sizes[variable]!);
    if (best.variable < 0 || entries < best.entries) best = { variable, neighbours: [...set], entries };
  }
  return best;
}

/** Sums the tables of a variable and takes, for each choice of its neighbours, its best state. */
function eliminate(
  variable: number,
  neighbours: readonly number[],
  tables: readonly CostTable[],
  sizes: readonly number[],
): { readonly elimination: Elimination; readonly rest: CostTable } {
  const order = [...neighbours, variable];
  const size = sizes[variable]!;
  const rows = neighbours.reduce((n, v) => n * sizes[v]!, 1);
  const costs = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const best = new Int32Array(rows);
  const steps = tables.map((table) => order.map((v) => stepOf(table, v, sizes)));
  const at = new Int32Array(tables.length);
  const states = new Int32Array(neighbours.length);
  for (let row = 0; row < rows; row++) {
    at.fill(0);
    for (let k = 0, rest = row; k < neighbours.length; k++) {
      const i = neighbours.length - 1 - k;
      const n = sizes[neighbours[i]!]!;
      states[i] = rest % n;
      rest = Math.floor(rest / n);
    }
    for (let t = 0; t < tables.length; t++) {
      for (let i = 0; i < neighbours.length; i++) at[t]! += steps[t]![i]! * states[i]!;
    }
    for (let s = 0; s < size; s++) {
      let sum = 0;
      for (let t = 0; t < tables.length; t++) {
        sum += tables[t]!.costs[at[t]! + s * steps[t]![neighbours.length]!]!;
      }
      if (sum < costs[row]!) {
        costs[row] = sum;
        best[row] = s;
      }
    }
  }
  return { elimination: { variable, neighbours, best }, rest: { variables: neighbours, costs } };
}

/** Entries from one state of a variable to the next; 0 when the table does not depend on it. */
function stepOf({ variables }: CostTable, variable: number, sizes: readonly number[]): number {
  const at = variables.indexOf(variable);
  return at < 0 ? 0 : variables.slice(at + 1).reduce((n, v) => n * sizes[v]!, 1);
}

/** The state of least summed cost when each table may choose the other variables for itself. */
function bestAlone(variable: number, sizes: readonly number[], tables: readonly CostTable[]): number {
  const sums = Array.from({ length: sizes[variable]! }, (_, state) =>
    tables.reduce((sum, t) => {
      const { costs } = slice(t, variable, state, sizes);
      return sum + costs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    }, 0),
  );
  return sums.indexOf(Math.min(...sums));
}

/** The table with one variable at a state. */
function slice(table: CostTable, variable: number, state: number, sizes: readonly number[]): CostTable {
  const step = stepOf(table, variable, sizes);
  const block = step * sizes[variable]!;
  const costs = table.costs.filter((_, i) => Math.floor((i % block) / step) === state);
  return { variables: table.variables.filter((v) => v !== variable), costs };
}
