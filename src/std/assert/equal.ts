/**
 * When two values are deeply equal. Unlike isDeepStrictEqual of node:util, 0
 * equals -0, an object without a prototype equals a plain one, inherited
 * getters count, and URLs are compared by their text.
 */

/**
 * Says whether two values are deeply equal.
 *
 * - NaN equals itself and 0 equals -0; functions and symbols equal themselves.
 * - Objects need one prototype, save that none and `Object.prototype` are one.
 * - Plain objects and arrays are compared by their own enumerable properties,
 *   symbols too; a property that is `undefined` is not one that is missing.
 * - Other objects are compared by all properties, inherited and hidden ones
 *   too; private fields are not seen. An error has its stack among them.
 * - Dates are compared by time, typed arrays and buffers by elements, regular
 *   expressions, URLs and the like by text, sets and maps in any order.
 *
 * @throws {TypeError} If two WeakMaps or two WeakSets are to be compared.
 *
 * @example
 * ```ts
 * equal(new Map([["a", [0]]]), new Map([["a", [-0]]])); // true
 * equal({ a: undefined }, {}); // false
 * ```
 */
export function equal(a: unknown, b: unknown): boolean {
  return new Comparison().equal(a, b);
}

/** One comparison; it remembers the pairs under way, so that cycles end. */
class Comparison {
  readonly #seen = new Map<object, object>();

  equal(a: unknown, b: unknown): boolean {
    if (isSameValueZero(a, b)) return true;
    if (!isObject(a) || !isObject(b)) return false;
    if (a instanceof Date && b instanceof Date) {
      return Object.is(a.getTime(), b.getTime());
    }
    if (!haveOnePrototype(a, b)) return false;
    return equalBytes(a, b) ?? this.#equalWeak(a, b) ?? this.#equalParts(a, b);
  }

  /** Answers for the weak kinds, and `undefined` for all others. */
  #equalWeak(a: object, b: object): boolean | undefined {
    if (a instanceof WeakMap || a instanceof WeakSet) {
      const kind = a instanceof WeakMap ? "WeakMap" : "WeakSet";
      throw new TypeError(`Cannot compare ${kind} instances`);
    }
    if (!(a instanceof WeakRef) || !(b instanceof WeakRef)) return undefined;
    return this.equal(a.deref(), b.deref());
  }

  #equalParts(a: object, b: object): boolean {
    if (this.#seen.get(a) === b) return true;
    if (Object.keys(a).length !== Object.keys(b).length) return false;
    this.#seen.set(a, b);
    if (a instanceof Set && b instanceof Set) return this.#equalSets(a, b);
    if (a instanceof Map && b instanceof Map) return this.#equalMaps(a, b);
    if (isPlain(a)) return this.#equalAt(ownKeys({ ...a, ...b }), a, b);
    if (isTextual(a)) return String(a) === String(b);
    return this.#equalAt(allKeys(a).union(allKeys(b)), a, b);
  }

  #equalSets(a: Set<unknown>, b: Set<unknown>): boolean {
    if (a.size !== b.size) return false;
    if (a.values().every(isPrimitive)) return a.isSubsetOf(b);
    return a.values().every((value) =>
      b.values().some((other) => this.equal(value, other))
    );
  }

  #equalMaps(
    a: Map<unknown, unknown>,
    b: Map<unknown, unknown>,
  ): boolean {
    if (a.size !== b.size) return false;
    if (a.keys().every(isPrimitive)) {
      return a.entries().every(([key, value]) =>
        b.has(key) && this.equal(value, b.get(key))
      );
    }
    return a.entries().every(([key, value]) =>
      b.entries().some(([otherKey, otherValue]) =>
        this.equal(key, otherKey) && this.equal(value, otherValue)
      )
    );
  }

  #equalAt(keys: Iterable<PropertyKey>, a: object, b: object): boolean {
    for (const key of keys) {
      if ((key in a) !== (key in b)) return false;
      if (!this.equal(Reflect.get(a, key), Reflect.get(b, key))) return false;
    }
    return true;
  }
}

function isSameValueZero(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}

/** Functions are equal to themselves alone and so count as no objects. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPrimitive(value: unknown): boolean {
  return !isObject(value) && typeof value !== "function";
}

function haveOnePrototype(a: object, b: object): boolean {
  const [first, second] = [prototypeOf(a), prototypeOf(b)];
  return (first ?? Object.prototype) === (second ?? Object.prototype);
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value);
}

/** Answers for typed arrays and buffers, and `undefined` for all others. */
function equalBytes(a: object, b: object): boolean | undefined {
  const [first, second] = [elementsOf(a), elementsOf(b)];
  if (first === undefined || second === undefined) return undefined;
  if (first.length !== second.length) return false;
  for (let i = 0; i < first.length; i++) {
    if (!isSameValueZero(first[i], second[i])) return false;
  }
  return true;
}

function elementsOf(value: object): ArrayLike<unknown> | undefined {
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return new Uint8Array(value);
  }
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  // Every view but a DataView is a typed array, which the type does not say.
  return value as Uint8Array;
}

/** Whether it is an object literal's like or an array, with own keys alone. */
function isPlain(value: object): boolean {
  const prototype = prototypeOf(value);
  return prototype === null || prototype === Object.prototype ||
    prototype === Array.prototype;
}

const textual: ReadonlySet<object | null> = new Set([
  Intl.Locale,
  RegExp,
  URL,
  URLSearchParams,
].map((kind) => kind.prototype));

/** Whether its text says all that it is. */
function isTextual(value: object): boolean {
  return textual.has(prototypeOf(value));
}

function ownKeys(value: object): Set<PropertyKey> {
  return new Set(Reflect.ownKeys(value));
}

/** Own and inherited keys, short of those that every object and array has. */
function allKeys(value: object): Set<PropertyKey> {
  const prototype = prototypeOf(value);
  const inherits = prototype !== null && prototype !== Object.prototype &&
    prototype !== Array.prototype;
  return inherits ? ownKeys(value).union(allKeys(prototype)) : ownKeys(value);
}
