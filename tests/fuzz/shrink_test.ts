import { assert, assertEquals } from "@std/assert";
import { literalOf, shrink } from "./shrink.ts";

Deno.test("shrink() leaves what is needed, and makes the rest plain", async () => {
  const holds = (text: string) =>
    Promise.resolve(/X[^Y]Y/.test(text) && text.includes("Z"));
  assertEquals(await shrink("12345X7Y90".repeat(9) + "Z..", holds), "XaYZ");
});

Deno.test("shrink() ends soon, and with a text that still breaks", async () => {
  let tries = 0;
  const text = "ab".repeat(30_000);
  const found = await shrink(text, (one) => {
    tries++;
    return Promise.resolve(one.length % 7 === text.length % 7);
  });
  assert(tries <= 2000);
  assertEquals(found.length % 7, text.length % 7);
});

Deno.test("literalOf() gives an expression of the very same text", () => {
  const texts = [
    "",
    "a",
    'q"\\\r\n\0\x7f\xff\u2028\ud800',
    "x".repeat(500),
    "a: b\r\n" + "; ext".repeat(40) + "\r\n" + "[".repeat(99) + "end",
  ];
  for (const text of texts) {
    const literal = literalOf(text);
    assertEquals(new Function(`return ${literal}`)(), text, literal);
    assert(/^[\x20-\x7e]*$/.test(literal), literal);
  }
  assert(literalOf("x".repeat(500)).length < 20);
});
