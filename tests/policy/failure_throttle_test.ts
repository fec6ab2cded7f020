import { assertEquals } from "@std/assert";
import { FailureThrottle } from "../../src/policy/failure_throttle.ts";

function fail(throttle: FailureThrottle, times: number, nowMs: number): void {
  for (let i = 0; i < times; i++) throttle.fail("client", nowMs);
}

Deno.test("FailureThrottle lets a client fail four times, then has it wait twice as long each time, to 8 s", () => {
  const throttle = new FailureThrottle();
  const waits = Array.from({ length: 12 }, () => {
    throttle.fail("client", 1000);
    return throttle.waitMs("client", 1000);
  });
  assertEquals(
    waits,
    [0, 0, 0, 0, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000],
  );
  assertEquals(throttle.waitMs("another", 1000), 0);
});

Deno.test("FailureThrottle lets a client try again when the time has passed", () => {
  const throttle = new FailureThrottle();
  fail(throttle, 6, 1000);
  assertEquals(throttle.waitMs("client", 1600), 400);
  assertEquals(throttle.waitMs("client", 2000), 0);
  throttle.fail("client", 2000);
  assertEquals(throttle.waitMs("client", 2000), 2000);
});

Deno.test("FailureThrottle forgets a client after a minute without a failure", () => {
  const throttle = new FailureThrottle();
  fail(throttle, 20, 0);
  throttle.fail("client", 59_999);
  assertEquals(throttle.waitMs("client", 59_999), 8000);
  throttle.fail("client", 119_999);
  assertEquals(throttle.waitMs("client", 119_999), 0);
});

Deno.test("FailureThrottle allows fewer attempts at once the more have failed", () => {
  const throttle = new FailureThrottle();
  const allowed = Array.from({ length: 7 }, () => {
    const attempts = throttle.attemptsAtOnce("client", 0);
    throttle.fail("client", 0);
    return attempts;
  });
  assertEquals(allowed, [5, 4, 3, 2, 1, 1, 1]);
  assertEquals(throttle.attemptsAtOnce("client", 60_000), 5);
});

Deno.test("FailureThrottle keeps so many clients and no more", () => {
  const throttle = new FailureThrottle(2);
  fail(throttle, 6, 0);
  for (const other of ["a", "b"]) throttle.fail(other, 0);
  assertEquals(throttle.waitMs("client", 0), 0);
});
