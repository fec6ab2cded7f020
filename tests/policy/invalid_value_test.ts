import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  InvalidValue,
  shown,
  unwanted,
} from "../../src/policy/invalid_value.ts";

Deno.test("unwanted() says where, what is there and what is wanted", () => {
  const error = unwanted("80", "match.port", "a whole number");
  assertEquals(error.message, 'match.port: got "80", wants a whole number');
  assertEquals(error.place, "match.port");
  assertEquals(error instanceof InvalidValue, true);
});

Deno.test("shown() shows values short, and never the inside of an object", () => {
  class Secret {}
  const cases: [value: unknown, text: string][] = [
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    [5n, "5n"],
    ["a\r\nb", '"a\\r\\nb"'],
    [true, "true"],
    [Symbol("x"), "Symbol(x)"],
    [() => 1, "a function"],
    [[1, 2], "a list of 2"],
    [{ password: "x" }, "an object"],
    [Object.create(null), "an object"],
    [new Headers(), "an object of class Headers"],
    [Promise.resolve(), "a promise"],
    [new Secret(), "an object of class Secret"],
    [Object.create({ constructor: undefined }), "an object of a class"],
  ];
  for (const [value, text] of cases) assertEquals(shown(value), text);
  assertStringIncludes(shown("x".repeat(100)), "…");
});
