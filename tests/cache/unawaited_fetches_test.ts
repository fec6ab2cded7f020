import { assertEquals } from "@std/assert";
import { UnawaitedFetches } from "../../src/cache/unawaited_fetches.ts";

Deno.test("UnawaitedFetches has 16 places for each origin", () => {
  const fetches = new UnawaitedFetches();
  for (let i = 0; i < 16; i++) assertEquals(fetches.tryBegin("a:80"), true);
  assertEquals([fetches.tryBegin("a:80"), fetches.size], [false, 16]);
  assertEquals(fetches.tryBegin("b:80"), true);
  fetches.end("a:80");
  assertEquals([fetches.tryBegin("a:80"), fetches.size], [true, 17]);
});

Deno.test("UnawaitedFetches has 256 places in all", () => {
  const fetches = new UnawaitedFetches();
  for (let i = 0; i < 256; i++) fetches.tryBegin(`${i}:80`);
  assertEquals([fetches.tryBegin("new:80"), fetches.size], [false, 256]);
  fetches.end("7:80");
  assertEquals([fetches.tryBegin("new:80"), fetches.size], [true, 256]);
});
