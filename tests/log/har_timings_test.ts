import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { harTimings } from "../../src/log/har_timings.ts";

Deno.test("harTimings() divides what was measured", () => {
  assertEquals(
    harTimings({
      ms: { total: 20, dns: 1, connect: 2, tls: 3, firstByte: 15, policy: 1 },
    }),
    { blocked: -1, dns: 1, connect: 5, ssl: 3, send: 0, wait: 9, receive: 5 },
  );
});

Deno.test("harTimings() says what did not happen", () => {
  assertEquals(
    harTimings({ ms: { total: 0.125 } }),
    {
      blocked: -1,
      dns: -1,
      connect: -1,
      ssl: -1,
      send: 0,
      wait: 0.125,
      receive: 0,
    },
  );
});

Deno.test("harTimings() are -1 or not negative, and sum up to the total", () => {
  const micros = fc.integer({ min: 0, max: 1e9 }).map((value) => value / 1000);
  const ms = fc.record({
    total: micros,
    dns: micros,
    connect: micros,
    tls: micros,
    firstByte: micros,
  }, { requiredKeys: ["total"] });
  fc.assert(fc.property(ms, (ms) => {
    const { blocked, dns, connect, ssl, send, wait, receive } = harTimings({
      ms,
    });
    for (const part of [blocked, dns, connect, ssl]) {
      assert(part === -1 || part >= 0, String(part));
    }
    for (const part of [send, wait, receive]) assert(part >= 0, String(part));
    assert(ssl <= connect);
    const parts = [dns, connect, send, wait, receive];
    const sum = parts.reduce((sum, part) => sum + Math.max(0, part), 0);
    assertAlmostEquals(sum, ms.total, 1e-6);
  }));
});
