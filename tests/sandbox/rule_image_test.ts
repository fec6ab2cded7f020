import { assertEquals, assertThrows } from "@std/assert";
import { imageOf, valueOfImage } from "../../src/sandbox/rule_image.ts";

/** What the proxy makes of what the host saw. */
function through(value: unknown): unknown {
  return valueOfImage(JSON.parse(JSON.stringify(imageOf(value))));
}

Deno.test("an image keeps what JSON can hold, and bytes", () => {
  for (
    const value of [
      null,
      true,
      1.5,
      "text",
      [1, [2]],
      { a: { b: [null] } },
      { body: new Uint8Array([1, 255]) },
      NaN,
      Infinity,
      undefined,
      { a: undefined },
      JSON.parse('{ "__proto__": 1 }'),
    ]
  ) assertEquals(through(value), value);
});

Deno.test("an image keeps functions and patterns as such, without their code", () => {
  const { request, match } = through({
    request: () => {
      throw new Error("never runs");
    },
    match: /a+/,
  }) as Record<string, unknown>; // the image of an object is an object
  assertEquals(typeof request, "function");
  assertEquals(match instanceof RegExp, true);
});

Deno.test("an image of what can't be imaged is no value of any use", () => {
  assertEquals(typeof through(Symbol("x")), "symbol");
  assertEquals(typeof through(1n), "symbol");
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  through(circle);
});

Deno.test("valueOfImage() throws for marks that no host makes", () => {
  assertThrows(() => valueOfImage({ $: "bytes", text: "!" }));
});
