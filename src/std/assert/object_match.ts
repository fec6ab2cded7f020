/**
 * The claim that an object has at least what another has. Both are cut down to
 * what the expected one has and then compared by equal.ts.
 */

import { assertEquals } from "./equals.ts";

/**
 * Claims that an object has all the properties of another, deeply.
 *
 * Classes don't count, only own properties do: two dates, which have none,
 * match. Of an array the first elements must match, of a map the entries with
 * the expected keys, of a set the expected values. An object that comes up
 * again, as in a cycle, must be equal there.
 *
 * @throws {AssertionError} If it has not, with the lines that differ.
 * @throws {TypeError} If either is no object.
 *
 * @example
 * ```ts
 * assertObjectMatch({ id: "7f", status: 200 }, { status: 200 });
 * ```
 */
export function assertObjectMatch(
  // `unknown` would refuse values of interface types, which have no index.
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(
    new Overlap().ofObjects(actual, expected),
    new Overlap().ofObjects(expected, expected),
    msg,
  );
}

/** Cuts a value down to what another has too; as plain objects throughout. */
class Overlap {
  readonly #seen = new WeakMap<object, object>();

  ofObjects(a: object, b: object): object {
    requireObject(a);
    requireObject(b);
    if (this.#seen.get(a) === b) return a;
    this.#seen.set(a, b);
    const keys = Reflect.ownKeys(a);
    const shared = new Set(keys).intersection(new Set(Reflect.ownKeys(b)));
    if (shared.size === 0 && Reflect.ownKeys(b).length > 0) {
      return withKeys(keys, (key) => Reflect.get(a, key));
    }
    return withKeys(
      shared,
      (key) => this.#of(Reflect.get(a, key), Reflect.get(b, key)),
    );
  }

  #of(a: unknown, b: unknown): unknown {
    if (a instanceof RegExp || !isObject(a) || !isObject(b)) return a;
    if (Array.isArray(a) && Array.isArray(b)) return this.#ofArrays(a, b);
    if (a instanceof Map && b instanceof Map) return this.#ofMaps(a, b);
    if (a instanceof Set && b instanceof Set) return a.intersection(b);
    return this.ofObjects(a, b);
  }

  #ofArrays(a: unknown[], b: unknown[]): unknown[] {
    if (this.#seen.get(a) === b) return a;
    this.#seen.set(a, b);
    return a.slice(0, b.length).map((value, index) =>
      this.#of(value, b[index])
    );
  }

  #ofMaps(
    a: Map<unknown, unknown>,
    b: Map<unknown, unknown>,
  ): Map<unknown, unknown> {
    const shared = [...a].filter(([key]) => b.has(key));
    return new Map(shared.map(([key, value]) => {
      const other = b.get(key);
      const both = isObject(value) && isObject(other);
      return [key, both ? this.ofObjects(value, other) : value];
    }));
  }
}

function requireObject(value: unknown): void {
  if (isObject(value) || typeof value === "function") return;
  const kind = value === null ? "null" : `type ${typeof value}`;
  throw new TypeError(`Cannot assertObjectMatch ${kind}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Defines rather than assigns, so that `__proto__` is a key like others. */
function withKeys(
  keys: Iterable<PropertyKey>,
  valueOf: (key: PropertyKey) => unknown,
): object {
  const made = {};
  for (const key of keys) {
    Object.defineProperty(made, key, { value: valueOf(key), enumerable: true });
  }
  return made;
}
