/**
 * A rule's state for tests: in memory, with a clock that only the test moves. Keeps values
 * as the proxy does: copies of what `structuredClone` can copy.
 */

import type { RuleState, StateOptions } from "./rule.ts";

interface Held {
  readonly value: unknown;
  /** By the state's own clock. */
  readonly goneAtSeconds: number;
}

/** State that outlives calls of `decide` when it is passed to each of them. */
export class FakeState implements RuleState {
  readonly #held = new Map<string, Held>();
  #nowSeconds = 0;

  /** Lets time pass, so that values with `ttlSeconds` go. */
  advance(seconds: number): void {
    this.#nowSeconds += seconds;
  }

  // Bound, as the proxy's are: `const { get, set } = state`.

  readonly get: RuleState["get"] = (key) =>
    Promise.resolve(structuredClone(this.#find(key)?.value));

  readonly set: RuleState["set"] = (key, value, options) => {
    this.#put(key, value, this.#end(options));
    return Promise.resolve();
  };

  readonly increment: RuleState["increment"] = (key, by = 1, options) => {
    const held = this.#find(key);
    const before = held?.value ?? 0;
    if (typeof before !== "number" || !Number.isSafeInteger(by)) {
      const what = typeof before === "number" ? by : before;
      return Promise.reject(
        new TypeError(
          `Cannot increment "${key}": got ${what}, wants a whole number`,
        ),
      );
    }
    this.#put(key, before + by, held?.goneAtSeconds ?? this.#end(options));
    return Promise.resolve(before + by);
  };

  #find(key: string): Held | undefined {
    const held = this.#held.get(key);
    return held && held.goneAtSeconds > this.#nowSeconds ? held : undefined;
  }

  #put(key: string, value: unknown, goneAtSeconds: number): void {
    this.#held.set(key, { value: structuredClone(value), goneAtSeconds });
  }

  #end({ ttlSeconds = Infinity }: StateOptions = {}): number {
    return this.#nowSeconds + ttlSeconds;
  }
}

/**
 * State for tests.
 *
 * @param values What is in it at the start, by key.
 */
export function fakeState(
  values: Readonly<Record<string, unknown>> = {},
): FakeState {
  const state = new FakeState();
  for (const [key, value] of Object.entries(values)) state.set(key, value);
  return state;
}
