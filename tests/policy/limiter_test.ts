import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { Limiter, limitKey } from "../../src/policy/limiter.ts";

Deno.test("take() lets the limit pass at once, and no more", () => {
  const limiter = new Limiter(10);
  for (let left = 2; left >= 0; left--) {
    assertEquals(limiter.take("a", 3, 60, 1000), {
      allowed: true,
      retryAfterSeconds: 0,
      remaining: left,
    });
  }
  assertEquals(limiter.take("a", 3, 60, 1000), {
    allowed: false,
    retryAfterSeconds: 20,
    remaining: 0,
  });
});

Deno.test("take() lets one pass when it said, and not before", () => {
  const limiter = new Limiter(10);
  limiter.take("a", 1, 10, 0);
  assertEquals(limiter.take("a", 1, 10, 9_999).retryAfterSeconds, 1);
  assert(!limiter.take("a", 1, 10, 9_999).allowed);
  assert(limiter.take("a", 1, 10, 10_000).allowed);
});

Deno.test("take() counts keys apart", () => {
  const limiter = new Limiter(10);
  assert(limiter.take("a", 1, 60, 0).allowed);
  assert(limiter.take("b", 1, 60, 0).allowed);
});

Deno.test("take() gives nothing for a clock that goes back", () => {
  const limiter = new Limiter(10);
  assert(limiter.take("a", 1, 1, 5_000).allowed);
  assert(!limiter.take("a", 1, 1, 0).allowed);
});

Deno.test("take() forgets the keys that were not asked for longest", () => {
  const limiter = new Limiter(2);
  for (const key of ["a", "b", "c"]) limiter.take(key, 1, 60, 0);
  assertEquals(limiter.size, 2);
  assert(!limiter.take("c", 1, 60, 0).allowed);
  assert(limiter.take("a", 1, 60, 0).allowed);
});

Deno.test("take() lets exactly the limit pass in one moment, whatever it is", () => {
  const anyLimit = fc.integer({ min: 1, max: 200 });
  const anySeconds = fc.integer({ min: 1, max: 3600 });
  const anyTime = fc.integer({ min: 0, max: 2 ** 45 });
  fc.assert(
    fc.property(anyLimit, anySeconds, anyTime, (requests, seconds, nowMs) => {
      const limiter = new Limiter(10);
      let passed = 0;
      for (let i = 0; i < requests + 5; i++) {
        if (limiter.take("a", requests, seconds, nowMs).allowed) passed++;
      }
      assertEquals(passed, requests);
    }),
  );
});

Deno.test("take() never lets more pass than the limit at once and its rate after", () => {
  const anyGaps = fc.array(fc.nat(2_000), { maxLength: 60 });
  fc.assert(fc.property(anyGaps, (gapsMs) => {
    const limiter = new Limiter(10);
    let nowMs = 0;
    let passed = 0;
    for (const gapMs of gapsMs) {
      nowMs += gapMs;
      if (limiter.take("a", 3, 10, nowMs).allowed) passed++;
    }
    assert(passed <= 3 + nowMs * 3 / 10_000 + 1e-6);
  }));
});

Deno.test("take() keeps its word on when to try again", () => {
  const anyLimit = fc.integer({ min: 1, max: 50 });
  const anySeconds = fc.integer({ min: 1, max: 100 });
  fc.assert(fc.property(anyLimit, anySeconds, (requests, seconds) => {
    const limiter = new Limiter(10);
    let ticket = limiter.take("a", requests, seconds, 0);
    while (ticket.allowed) ticket = limiter.take("a", requests, seconds, 0);
    const { retryAfterSeconds } = ticket;
    assert(
      limiter.take("a", requests, seconds, retryAfterSeconds * 1000).allowed,
    );
  }));
});

Deno.test("limitKey() keeps rules, keys and clients apart", () => {
  const keys = [
    limitKey("a", "10.0.0.1"),
    limitKey("b", "10.0.0.1"),
    limitKey("a", "10.0.0.2"),
    limitKey("a", "10.0.0.1", "10.0.0.1"),
    limitKey("a", "10.0.0.1", "x"),
  ];
  assertEquals(new Set(keys).size, keys.length);
  assertEquals(limitKey("a", "10.0.0.1", "x"), limitKey("a", "10.0.0.2", "x"));
  assertNotEquals(limitKey('a","b', "c"), limitKey("a", 'b","c'));
});
