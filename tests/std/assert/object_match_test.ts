import { doesNotThrow, throws } from "node:assert/strict";
import { assertObjectMatch } from "@std/assert/object-match";

Deno.test("assertObjectMatch() wants the expected properties alone", () => {
  doesNotThrow(() => assertObjectMatch({ a: 1, b: 2 }, { a: 1 }));
  doesNotThrow(() =>
    assertObjectMatch({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1 } })
  );
  doesNotThrow(() => assertObjectMatch({ a: 1 }, {}));
  throws(() => assertObjectMatch({ a: 1 }, { a: 2 }), {
    name: "AssertionError",
  });
  throws(() => assertObjectMatch({ a: 1 }, { a: 1, b: 2 }));
  throws(() => assertObjectMatch({ a: 1 }, { b: 1 }));
  throws(() => assertObjectMatch({ a: { b: 1 } }, { a: { b: 1, c: 2 } }));
  throws(() => assertObjectMatch({ a: 1 }, { a: 2 }, "why"), /equal: why\n/);
});

Deno.test("assertObjectMatch() compares properties whose keys are symbols", () => {
  const key = Symbol("key");
  doesNotThrow(() => assertObjectMatch({ [key]: 1, a: 1 }, { [key]: 1 }));
  throws(() => assertObjectMatch({ [key]: 1, a: 1 }, { [key]: 2 }));
});

Deno.test("assertObjectMatch() passes over classes, and takes interfaces", () => {
  interface Answer {
    status: number;
  }
  class Page implements Answer {
    readonly status = 200;
  }
  const answer: Answer = new Page();
  doesNotThrow(() => assertObjectMatch(answer, { status: 200 }));
  doesNotThrow(() =>
    assertObjectMatch({ answer }, { answer: { status: 200 } })
  );
  throws(() => assertObjectMatch({ answer }, { answer: { status: 404 } }));
});

Deno.test("assertObjectMatch() compares dates by nothing", () => {
  doesNotThrow(() =>
    assertObjectMatch({ at: new Date(1) }, { at: new Date(2) })
  );
});

Deno.test("assertObjectMatch() wants the first elements of an array", () => {
  doesNotThrow(() => assertObjectMatch({ a: [1, 2, 3] }, { a: [1, 2] }));
  doesNotThrow(() =>
    assertObjectMatch({ a: [{ b: 1, c: 2 }] }, { a: [{ c: 2 }] })
  );
  throws(() => assertObjectMatch({ a: [1] }, { a: [1, 2] }));
  throws(() => assertObjectMatch({ a: [1, 2] }, { a: [2] }));
  throws(() => assertObjectMatch({ a: { 0: 1 } }, { a: [1] }));
});

Deno.test("assertObjectMatch() wants the expected entries of maps and sets", () => {
  const map = new Map<string, unknown>([["a", { b: 1, c: 2 }], ["d", 3]]);
  doesNotThrow(() =>
    assertObjectMatch({ map }, { map: new Map([["a", { b: 1 }]]) })
  );
  throws(() => assertObjectMatch({ map }, { map: new Map([["d", 4]]) }));
  throws(() => assertObjectMatch({ map }, { map: new Map([["e", 3]]) }));
  const set = new Set([1, 2]);
  doesNotThrow(() => assertObjectMatch({ set }, { set: new Set([2]) }));
  throws(() => assertObjectMatch({ set }, { set: new Set([3]) }));
});

Deno.test("assertObjectMatch() compares patterns by their text", () => {
  doesNotThrow(() => assertObjectMatch({ a: /b/g }, { a: /b/g }));
  throws(() => assertObjectMatch({ a: /b/g }, { a: /b/i }));
  throws(() => assertObjectMatch({ a: {} }, { a: /b/ }));
});

Deno.test("assertObjectMatch() ends on cycles, and wants them equal there", () => {
  const ring = (rest: object) => {
    const made: Record<string, unknown> = { a: 1, ...rest };
    made["self"] = made;
    return made;
  };
  doesNotThrow(() => assertObjectMatch(ring({}), ring({})));
  throws(() => assertObjectMatch(ring({ b: 2 }), ring({})));
});

Deno.test("assertObjectMatch() refuses what is no object", () => {
  // The compiler refuses it too; a caller in JavaScript has none.
  const none = null as unknown as Record<string, unknown>;
  throws(() => assertObjectMatch(none, {}), {
    name: "TypeError",
    message: "Cannot assertObjectMatch null",
  });
});
