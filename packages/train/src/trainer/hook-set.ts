import { orderPlugins } from "@gatefold/core";
import { AsyncSeriesHook, SyncWaterfallHook } from "tapable";
import { pluginThrew } from "../diagnostics.js";
import type { Fit, FitStep, Metrics, TrainHooks, TrainPlugin } from "../hooks.js";
import type { Tap } from "../layer.js";
import type { Tensor } from "../tape.js";

/** Arguments of the hooks that observe and may be asynchronous. */
interface Calls {
  readonly beforeFit: [Fit];
  readonly beforeRound: [Fit];
  readonly beforeEpoch: [Fit];
  readonly beforeStep: [FitStep];
  readonly afterBackward: [FitStep];
  readonly afterStep: [FitStep];
  readonly afterEpoch: [Fit, Metrics];
  readonly afterRound: [Fit, Metrics];
  readonly done: [Fit, Metrics];
}

/** The calling side of the hooks of one training. */
export interface TrainHookSet {
  /** The plugins in the order in which they are called. */
  readonly plugins: readonly TrainPlugin[];
  /** Resolves after the last tap; `undefined`, with nothing to wait for, where nobody taps. */
  call<K extends keyof Calls>(name: K, ...args: Calls[K]): Promise<void> | undefined;
  /** `undefined` where nobody taps. */
  readonly tap: ((value: Tensor, tap: Tap, step: FitStep, scale: Float32Array) => Tensor) | undefined;
}

/** Plugins by their `before` and `after`, names that are not there left out. */
function ordered(plugins: readonly TrainPlugin[]): readonly TrainPlugin[] {
  const names = new Set(plugins.map(({ name }) => name));
  const known = (wanted: readonly string[] = []): readonly string[] =>
    wanted.filter((name) => names.has(name));
  const order = orderPlugins(
    plugins.map(({ name, before, after }) => ({ name, before: known(before), after: known(after) })),
  );
  return order.map(({ name }) => plugins.find((plugin) => plugin.name === name)!);
}

/**
 * Lets every plugin tap, in order; an error leaves with the name of its plugin.
 *
 * @throws DiagnosticError for two plugins of one name, a name that is not kebab-case, or a cycle.
 */
export function createHookSet(given: readonly TrainPlugin[]): TrainHookSet {
  const plugins = ordered(given);
  const hook = (): AsyncSeriesHook<[unknown, unknown]> => new AsyncSeriesHook(["first", "second"]);
  const hooks: Readonly<Record<keyof Calls, AsyncSeriesHook<[unknown, unknown]>>> = {
    beforeFit: hook(),
    beforeRound: hook(),
    beforeEpoch: hook(),
    beforeStep: hook(),
    afterBackward: hook(),
    afterStep: hook(),
    afterEpoch: hook(),
    afterRound: hook(),
    done: hook(),
  };
  const taps = new SyncWaterfallHook<[Tensor, Tap, FitStep, Float32Array], Tensor>([
    "value",
    "tap",
    "step",
    "scale",
  ]);
  for (const plugin of plugins) {
    const observed = Object.entries(hooks).map(([name, each]) => [
      name,
      {
        tap: (listener: (...args: unknown[]) => unknown): void => {
          each.tapPromise(plugin.name, async (...args) => {
            try {
              await listener(...args);
            } catch (error) {
              throw pluginThrew(plugin.name, name, error);
            }
          });
        },
      },
    ]);
    const tap: TrainHooks["tap"] = {
      tap: (listener) => {
        taps.tap(plugin.name, (value, at, step, scale) => {
          try {
            return listener(at, value, step, scale) ?? value;
          } catch (error) {
            throw pluginThrew(plugin.name, "tap", error);
          }
        });
      },
    };
    try {
      plugin.setup(Object.freeze({ ...Object.fromEntries(observed), tap }) as TrainHooks);
    } catch (error) {
      throw pluginThrew(plugin.name, "setup", error);
    }
  }
  return {
    plugins,
    call: (name, ...args) =>
      hooks[name].isUsed() ? hooks[name].promise(...(args as unknown as [unknown, unknown])) : undefined,
    tap: taps.isUsed() ? (value, at, step, scale) => taps.call(value, at, step, scale) : undefined,
  };
}
