import { assertEquals } from "@std/assert";
import { forwardedStatus, hitStatus } from "../../src/cache/cache_status.ts";

Deno.test("hitStatus() has the freshness that is left, in whole seconds", () => {
  const cases: [ttlSeconds: number, member: string][] = [
    [30, "sluice; hit; ttl=30"],
    [0, "sluice; hit; ttl=0"],
    [29.9, "sluice; hit; ttl=29"],
    [-0.5, "sluice; hit; ttl=-1"],
    [-10, "sluice; hit; ttl=-10"],
    // RFC 9651 §3.3.1: an Integer has at most 15 digits.
    [Infinity, "sluice; hit; ttl=999999999999999"],
    [-Infinity, "sluice; hit; ttl=-999999999999999"],
  ];
  for (const [ttlSeconds, member] of cases) {
    assertEquals(hitStatus(ttlSeconds), member);
  }
});

Deno.test("forwardedStatus() has the parameters of RFC 9211 that are known", () => {
  assertEquals(forwardedStatus({ reason: "bypass" }), "sluice; fwd=bypass");
  assertEquals(
    forwardedStatus({ reason: "uri-miss", ttlSeconds: 60, isStored: true }),
    "sluice; fwd=uri-miss; ttl=60; stored",
  );
  assertEquals(
    forwardedStatus({
      reason: "stale",
      status: 304,
      ttlSeconds: -1,
      isStored: false,
      isCollapsed: true,
      detail: "refreshed",
    }),
    "sluice; fwd=stale; fwd-status=304; ttl=-1; collapsed; detail=refreshed",
  );
});

Deno.test("detail is a Token, or a String in quotes (RFC 9211 §2.8)", () => {
  const cases: [detail: string, parameter: string][] = [
    ["memory", "memory"],
    ["rule:no-ads/2", "rule:no-ads/2"],
    ["2nd", '"2nd"'],
    ["", '""'],
    ["two words", '"two words"'],
    ['a "b" \\c', '"a \\"b\\" \\\\c"'],
    ["\u00fc\r\n\x7f", '"????"'],
  ];
  for (const [detail, parameter] of cases) {
    assertEquals(
      hitStatus(1, detail),
      `sluice; hit; ttl=1; detail=${parameter}`,
    );
  }
});
