/** Names a result of a compilation that is not IR: a folding summary, a coverage report. */
export interface Fact<T> {
  readonly name: string;
  /** Never set; carries the type. */
  readonly type?: T;
}

/** Makes a key. Keys are compared by identity, so two packages may use one name. */
export function defineFact<T>(name: string): Fact<T> {
  return Object.freeze({ name });
}

/** The typed blackboard of one compilation. Facts about single values belong to an analysis instead. */
export class Facts {
  readonly #values = new Map<Fact<unknown>, unknown>();

  get<T>(fact: Fact<T>): T | undefined {
    return this.#values.get(fact) as T | undefined;
  }

  /** `get`, for facts that an earlier pass has to have left. Throws when it is not there. */
  need<T>(fact: Fact<T>): T {
    if (!this.#values.has(fact)) throw new Error(`the fact \`${fact.name}\` is not there yet`);
    return this.#values.get(fact) as T;
  }

  has(fact: Fact<unknown>): boolean {
    return this.#values.has(fact);
  }

  set<T>(fact: Fact<T>, value: T): void {
    this.#values.set(fact, value);
  }

  names(): readonly string[] {
    return [...this.#values.keys()].map((fact) => fact.name);
  }
}
