import { equal as same, throws } from "node:assert/strict";
import { equal } from "@std/assert/equal";

class Point {
  constructor(readonly x: number) {}
}

class Hidden {
  readonly #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

/** Says of a pair, both ways round, whether it is equal. */
function isEqual(a: unknown, b: unknown): boolean {
  const answer = equal(a, b);
  same(equal(b, a), answer, "equal() depends on the order");
  return answer;
}

Deno.test("equal() sees NaN as itself and 0 as -0, at any depth", () => {
  same(isEqual(NaN, NaN), true);
  same(isEqual(0, -0), true);
  same(isEqual([{ a: NaN }], [{ a: NaN }]), true);
  same(isEqual({ a: [0] }, { a: [-0] }), true);
  same(isEqual(new Set([0]), new Set([-0])), true);
});

Deno.test("equal() compares primitives by value and converts nothing", () => {
  same(isEqual("a", "a"), true);
  same(isEqual(1n, 1n), true);
  for (const other of ["1", 1n, true, null, undefined, [1], new Number(1)]) {
    same(isEqual(1, other), false);
  }
  same(isEqual(null, undefined), false);
  same(isEqual(Symbol.for("a"), Symbol.for("a")), true);
  same(isEqual(Symbol("a"), Symbol("a")), false);
});

Deno.test("equal() sees functions as themselves alone", () => {
  const act = () => 1;
  same(isEqual(act, act), true);
  same(isEqual({ act }, { act }), true);
  same(isEqual(() => 1, () => 1), false);
});

Deno.test("equal() tells an undefined property from a missing one", () => {
  same(isEqual({ a: undefined }, {}), false);
  same(isEqual({ a: 1, b: undefined }, { a: 1 }), false);
  same(isEqual({ a: undefined }, { b: undefined }), false);
  same(isEqual({ a: undefined }, { a: undefined }), true);
  same(isEqual({ a: undefined }, { a: null }), false);
});

Deno.test("equal() compares plain objects in any order of their keys", () => {
  same(isEqual({ a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }), true);
  same(isEqual({ a: 1, b: { c: [2] } }, { a: 1, b: { c: [3] } }), false);
});

Deno.test("equal() compares properties whose keys are symbols", () => {
  const key = Symbol("key");
  same(isEqual({ [key]: 1 }, { [key]: 1 }), true);
  same(isEqual({ [key]: 1 }, { [key]: 2 }), false);
  same(isEqual({ [key]: 1 }, {}), false);
});

Deno.test("equal() passes over hidden properties of plain objects", () => {
  const hiding = Object.defineProperty({ a: 1 }, "b", { value: 2 });
  same(isEqual(hiding, { a: 1 }), true);
});

Deno.test("equal() takes an object without a prototype for a plain one", () => {
  const bare = Object.assign(Object.create(null), { a: 1 });
  same(isEqual(bare, { a: 1 }), true);
  same(isEqual(bare, new Point(1)), false);
});

Deno.test("equal() tells classes apart, and arrays from objects", () => {
  class Sub extends Point {}
  same(isEqual(new Point(1), new Point(1)), true);
  same(isEqual(new Point(1), new Point(2)), false);
  same(isEqual(new Point(1), { x: 1 }), false);
  same(isEqual(new Point(1), new Sub(1)), false);
  same(isEqual([1], { 0: 1 }), false);
  same(isEqual({}, { constructor: Object }), false);
});

Deno.test("equal() sees inherited getters but no private fields", () => {
  class Secret {
    readonly #x: number;
    constructor(x: number) {
      this.#x = x;
    }
    isPast(limit: number): boolean {
      return this.#x > limit;
    }
  }
  same(isEqual(new Hidden(1), new Hidden(1)), true);
  same(isEqual(new Hidden(1), new Hidden(2)), false);
  same(isEqual(new Secret(1), new Secret(2)), true);
});

Deno.test("equal() compares arrays by place", () => {
  same(isEqual([1, [2, 3]], [1, [2, 3]]), true);
  same(isEqual([1, 2], [2, 1]), false);
  same(isEqual([1, 2], [1, 2, 3]), false);
  same(isEqual([undefined], []), false);
});

Deno.test("equal() compares dates by time, invalid ones as equal", () => {
  same(isEqual(new Date(5), new Date(5)), true);
  same(isEqual(new Date(5), new Date(6)), false);
  same(isEqual(new Date(NaN), new Date(NaN)), true);
  same(isEqual(new Date(NaN), new Date(5)), false);
});

Deno.test("equal() compares patterns and URLs by their text", () => {
  const used = /a/g;
  used.test("aa");
  same(isEqual(used, /a/g), true);
  same(isEqual(/a/g, /a/i), false);
  same(isEqual(new URL("http://a/b"), new URL("http://a/b")), true);
  same(isEqual(new URL("http://a/b"), new URL("http://a/c")), false);
  same(
    isEqual(new URLSearchParams("a=1"), new URLSearchParams("a=2")),
    false,
  );
});

Deno.test("equal() compares sets and maps in any order", () => {
  same(isEqual(new Set([1, 2]), new Set([2, 1])), true);
  same(isEqual(new Set([1, 2]), new Set([1, 3])), false);
  same(isEqual(new Set([1]), new Set([1, 2])), false);
  same(isEqual(new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])), true);
  same(isEqual(new Set([{ a: 1 }, 2]), new Set([2, { a: 2 }])), false);
  same(isEqual(new Map([["a", [1]]]), new Map([["a", [1]]])), true);
  same(isEqual(new Map([["a", [1]]]), new Map([["a", [2]]])), false);
  same(
    isEqual(new Map([["a", undefined]]), new Map([["b", undefined]])),
    false,
  );
  same(isEqual(new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])), true);
  same(isEqual(new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 3]])), false);
  same(isEqual(new Set(), new Map()), false);
});

Deno.test("equal() compares typed arrays and buffers by element", () => {
  same(isEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true);
  same(isEqual(Uint8Array.of(1, 2), Uint8Array.of(2, 1)), false);
  same(isEqual(Uint8Array.of(0), Uint8Array.of(0, 0)), false);
  same(isEqual(Uint8Array.of(1), Uint16Array.of(1)), false);
  same(isEqual(Uint8Array.of(1), [1]), false);
  same(isEqual(Float64Array.of(NaN, 0), Float64Array.of(NaN, -0)), true);
  same(isEqual(Uint8Array.of(1).buffer, Uint8Array.of(1).buffer), true);
  same(isEqual(Uint8Array.of(1).buffer, Uint8Array.of(2).buffer), false);
});

Deno.test("equal() compares errors with their stacks", () => {
  const made = [1, 2].map(() => new RangeError("a"));
  same(isEqual(made[0], made[1]), true);
  same(isEqual(new RangeError("a"), new RangeError("b")), false);
  same(isEqual(new RangeError("a"), new TypeError("a")), false);
});

Deno.test("equal() looks through WeakRefs, but not into weak collections", () => {
  const [one, two] = [{ a: 1 }, { a: 1 }];
  same(isEqual(new WeakRef(one), new WeakRef(two)), true);
  same(isEqual(new WeakRef(one), new WeakRef({ a: 2 })), false);
  same(isEqual(new WeakMap(), new WeakSet()), false);
  throws(() => equal(new WeakMap(), new WeakMap()), TypeError);
  throws(() => equal(new WeakSet(), new WeakSet()), TypeError);
});

Deno.test("equal() ends on cycles", () => {
  const ring = (value: number) => {
    const made: Record<string, unknown> = { value };
    made["self"] = made;
    return made;
  };
  same(isEqual(ring(1), ring(1)), true);
  same(isEqual(ring(1), ring(2)), false);
});
