import type { AnyOpDef } from "./op-def.js";

/**
 * A named contract that ops may fulfil: how an op ranges, folds, emits. A pass asks for the contract and never for
 * a list of op names, so an op of a stranger takes part as soon as it brings an implementation.
 */
export interface OpInterface<T> {
  readonly name: string;
  /** Pairs the contract with an implementation, for an op definition's `interfaces`. */
  of(implementation: T): InterfaceImpl<T>;
}

export interface InterfaceImpl<T = unknown> {
  readonly key: OpInterface<T>;
  readonly implementation: T;
}

/** An implementation given from outside for an op that somebody else defined. */
export interface Model<T = unknown> extends InterfaceImpl<T> {
  readonly def: AnyOpDef;
}

export function defineInterface<T>(name: string): OpInterface<T> {
  const key: OpInterface<T> = Object.freeze({
    name,
    of: (implementation: T): InterfaceImpl<T> => ({ key, implementation }),
  });
  return key;
}

export function defineModel<T>(def: AnyOpDef, key: OpInterface<T>, implementation: T): Model<T> {
  return { def, key, implementation };
}

/** The implementations that one compiler knows: those that ops bring, and those that plugins attach. */
export class InterfaceTable {
  readonly #models = new Map<OpInterface<unknown>, Map<AnyOpDef, unknown>>();

  constructor(models: readonly Model[] = []) {
    for (const { def, key, implementation } of models) {
      const byDef = this.#models.get(key) ?? new Map<AnyOpDef, unknown>();
      byDef.set(def, implementation);
      this.#models.set(key, byDef);
    }
  }

  /** A plugin's model wins over the op's own. */
  get<T>(def: AnyOpDef, key: OpInterface<T>): T | undefined {
    const attached = this.#models.get(key as OpInterface<unknown>)?.get(def);
    if (attached !== undefined) return attached as T;
    return def.interfaces.find((i) => i.key === key)?.implementation as T | undefined;
  }
}
