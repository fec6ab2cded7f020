import { doesNotThrow, throws } from "node:assert/strict";
import { assertInstanceOf } from "@std/assert/instance-of";

class Limit {
  constructor(readonly bytes: number) {}
}

Deno.test("assertInstanceOf() lets instances pass, of subclasses too", () => {
  class Cap extends Limit {}
  doesNotThrow(() => assertInstanceOf(new Limit(1), Limit));
  doesNotThrow(() => assertInstanceOf(new Cap(1), Limit));
  doesNotThrow(() => assertInstanceOf(() => {}, Function));
});

Deno.test("assertInstanceOf() names the class that it found", () => {
  const cases: [unknown, string][] = [
    [new Date(), ' but was "Date"'],
    [null, ' but was "null"'],
    [undefined, ' but was "undefined"'],
    ["a", ' but was "string"'],
    [Object.create(null), ' but was "Object"'],
    [Limit, " but was not an instanced object"],
    [new (class Limit {})(), ""],
  ];
  for (const [value, found] of cases) {
    throws(() => assertInstanceOf(value, Limit), {
      name: "AssertionError",
      message: `Expected object to be an instance of "Limit"${found}.`,
    });
  }
  throws(() => assertInstanceOf(1, Limit, "no limit"), /: no limit$/);
});

Deno.test("assertInstanceOf() narrows the type", () => {
  const value: unknown = new Limit(1);
  assertInstanceOf(value, Limit);
  const bytes: number = value.bytes;
  doesNotThrow(() => assertInstanceOf(new Limit(bytes), Limit));
});
