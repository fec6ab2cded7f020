import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { StoredResponse } from "../../src/cache/entry.ts";
import {
  ageSeconds,
  type Freshness,
  freshnessOf,
  isHeuristicallyCacheable,
  receivedAge,
} from "../../src/cache/freshness.ts";
import {
  EARLIER_DATE,
  entryOf,
  fieldsOf,
  RECEIVED_DATE,
  RECEIVED_MS,
  stored,
} from "./stored_responses.ts";

const DATE = `Date: ${RECEIVED_DATE}`;

/** A date so many seconds from when the responses of tests came. */
function dateAt(seconds: number): string {
  return new Date(RECEIVED_MS + seconds * 1000).toUTCString();
}

/** Freshness of a response that came at once. */
function freshness(
  lines: readonly string[],
  overrides: Partial<StoredResponse> = {},
): Freshness {
  return freshnessOf(
    stored(lines, { requestTimeMs: RECEIVED_MS, ...overrides }),
  );
}

/** Where the lifetime comes from, and how long it is in seconds. */
function lifetime(
  lines: readonly string[],
  overrides: Partial<StoredResponse> = {},
): [Freshness["source"], number] {
  const { source, lifetimeMs } = freshness(lines, overrides);
  return [source, lifetimeMs / 1000];
}

Deno.test("freshnessOf(): s-maxage, else max-age, else Expires minus Date (RFC 9111 §4.2.1)", () => {
  const expires = `Expires: ${dateAt(300)}`;
  const cases: [lines: string[], ...expected: [string, number]][] = [
    [["Cache-Control: max-age=60, s-maxage=30", expires], "s-maxage", 30],
    [["Cache-Control: max-age=0, s-maxage=30"], "s-maxage", 30],
    [["Cache-Control: max-age=60", DATE, expires], "max-age", 60],
    [["Cache-Control: max-age=0", DATE, expires], "max-age", 0],
    [["Cache-Control: max-age=60", "Expires: 0"], "max-age", 60],
    [[DATE, expires], "expires", 300],
    [[expires], "expires", 300],
    [["Date: foo", expires], "expires", 300],
    [[`Date: ${dateAt(-10)}`, expires], "expires", 310],
    [[`Date: ${dateAt(400)}`, expires], "expires", 0],
    [[DATE, `Expires: ${RECEIVED_DATE}`], "expires", 0],
    [[], "none", 0],
    [["Cache-Control: public"], "none", 0],
  ];
  for (const [lines, ...expected] of cases) {
    assertEquals(lifetime(lines), expected, lines.join("; "));
  }
});

Deno.test("freshnessOf(): an invalid Expires, 'especially including the value \"0\"', is in the past (RFC 9111 §5.3)", () => {
  const invalid = ["0", "-1", "", "foo"];
  for (const value of invalid) {
    assertEquals(lifetime([DATE, `Expires: ${value}`]), ["expires", 0], value);
  }
  const twice = [`Expires: ${dateAt(60)}`, `Expires: ${dateAt(60)}`];
  assertEquals(lifetime([DATE, ...twice]), ["expires", 60]);
  const differing = [`Expires: ${dateAt(60)}`, `Expires: ${dateAt(61)}`];
  assertEquals(lifetime([DATE, ...differing]), ["expires", 0]);
});

Deno.test("freshnessOf(): CDN-Cache-Control makes Cache-Control and Expires ignored (RFC 9213 §2.2)", () => {
  const expires = `Expires: ${dateAt(300)}`;
  assertEquals(
    lifetime(["Cache-Control: s-maxage=9", "CDN-Cache-Control: max-age=60"]),
    ["cdn-cache-control", 60],
  );
  assertEquals(lifetime(["CDN-Cache-Control: public", DATE, expires]), [
    "none",
    0,
  ]);
  assertEquals(lifetime(["CDN-Cache-Control: &", DATE, expires]), [
    "expires",
    300,
  ]);
});

Deno.test("freshnessOf(): a tenth of the age of Last-Modified, at most a day, where nothing is explicit (RFC 9111 §4.2.2)", () => {
  const modified = (seconds: number) => `Last-Modified: ${dateAt(-seconds)}`;
  const heuristic = (seconds: number, status = 200) =>
    lifetime([DATE, modified(seconds)], { status });
  assertEquals(heuristic(600), ["heuristic", 60]);
  assertEquals(heuristic(100 * 86_400), ["heuristic", 86_400]);
  assertEquals(heuristic(0), ["none", 0]);
  assertEquals(heuristic(-600), ["none", 0]);
  assertEquals(lifetime([DATE, "Last-Modified: foo"]), ["none", 0]);
  assertEquals(
    lifetime([DATE, modified(600), "Pragma: no-cache"]),
    ["none", 0],
  );
  assertEquals(
    lifetime([DATE, modified(600), "Cache-Control: max-age=0"]),
    ["max-age", 0],
  );
  for (const status of [203, 204, 300, 301, 308, 404, 405, 410, 414, 501]) {
    assertEquals(heuristic(600, status), ["heuristic", 60]);
    assertEquals(isHeuristicallyCacheable(status), true);
  }
  for (const status of [201, 202, 302, 307, 403, 500, 502, 503, 504, 599]) {
    assertEquals(heuristic(600, status), ["none", 0]);
    assertEquals(isHeuristicallyCacheable(status), false);
  }
  assertEquals(
    lifetime([DATE, modified(600), "Cache-Control: public"], { status: 599 }),
    ["heuristic", 60],
  );
});

Deno.test("freshnessOf(): a rule's lifetime replaces what the response says, and counts from when it came", () => {
  const grant = { ttlSeconds: 60 };
  const old = ["Age: 7200", "Cache-Control: no-cache, max-age=10"];
  const granted = freshness(old, { grant, receivedAgeSeconds: 7200 });
  assertEquals(granted.source, "grant");
  assertEquals(granted.freshUntilMs, RECEIVED_MS + 60_000);
  assertEquals(granted.mustValidate, false);
  assertEquals(granted.initialAgeMs, 7_200_000);
  assertEquals(lifetime(old, { grant: { ttlSeconds: 0 } }), ["grant", 0]);
});

Deno.test("freshnessOf(): the operator's default is for responses that state nothing", () => {
  const grant = { defaultTtlSeconds: 60 };
  const modified = `Last-Modified: ${dateAt(-6000)}`;
  assertEquals(lifetime([], { grant }), ["default", 60]);
  assertEquals(lifetime([DATE, modified], { grant }), ["default", 60]);
  assertEquals(lifetime(["Cache-Control: max-age=5"], { grant }), [
    "max-age",
    5,
  ]);
  assertEquals(lifetime([DATE, "Expires: 0"], { grant }), ["expires", 0]);
  assertEquals(lifetime([], { grant, status: 500 }), ["none", 0]);
  assertEquals(lifetime(["Pragma: no-cache"], { grant }), ["none", 0]);
  assertEquals(
    lifetime([DATE, modified], { grant: { defaultTtlSeconds: 0 } }),
    ["heuristic", 600],
  );
});

Deno.test("freshnessOf(): corrected_initial_age is the greater of what Date and what Age say (RFC 9111 §4.2.3)", () => {
  const cases: [lines: string[], age: number, delayMs: number, ms: number][] = [
    [[], 0, 0, 0],
    [[], 30, 0, 30_000],
    [[], 30, 1500, 31_500],
    [[`Date: ${EARLIER_DATE}`], 0, 0, 3_600_000],
    [[`Date: ${EARLIER_DATE}`], 7200, 0, 7_200_000],
    [[`Date: ${dateAt(600)}`], 0, 0, 0],
    [["Date: foo"], 10, 0, 10_000],
  ];
  for (const [lines, receivedAgeSeconds, delayMs, expected] of cases) {
    const { initialAgeMs } = freshness(lines, {
      receivedAgeSeconds,
      requestTimeMs: RECEIVED_MS - delayMs,
    });
    assertEquals(initialAgeMs, expected, lines.join());
  }
  const withinSecond = freshness([DATE], {
    requestTimeMs: RECEIVED_MS + 900,
    responseTimeMs: RECEIVED_MS + 900,
  });
  assertEquals(withinSecond.initialAgeMs, 0);
});

Deno.test("freshnessOf(): fresh until the lifetime is over, the age at the start counted", () => {
  const { freshUntilMs } = freshness(["Cache-Control: max-age=60"], {
    receivedAgeSeconds: 20,
  });
  assertEquals(freshUntilMs, RECEIVED_MS + 40_000);
  const unreadable = freshness(["Cache-Control: max-age=60"], {
    receivedAgeSeconds: Infinity,
  });
  assertEquals(unreadable.freshUntilMs, -Infinity);
});

Deno.test("freshnessOf(): no-cache needs a validation, and four directives forbid stale use (RFC 9111 §4.2.4)", () => {
  const cases: [value: string, mustValidate: boolean, forbids: boolean][] = [
    ["max-age=60", false, false],
    ["max-age=60, no-cache", true, true],
    ['max-age=60, no-cache="a"', false, false],
    ["max-age=60, must-revalidate", false, true],
    ["max-age=60, proxy-revalidate", false, true],
    ["s-maxage=60", false, true],
  ];
  for (const [value, mustValidate, forbidsStale] of cases) {
    const found = freshness([`Cache-Control: ${value}`]);
    assertEquals(found.mustValidate, mustValidate, value);
    assertEquals(found.forbidsStale, forbidsStale, value);
  }
});

Deno.test("freshnessOf(): stale windows are the rule's, or the response's where nothing strict stands beside them (RFC 5861)", () => {
  const windows = "stale-while-revalidate=10, stale-if-error=20";
  const grant = { staleWhileRevalidateSeconds: 3, staleIfErrorSeconds: 4 };
  const found = (value: string, granted = {}) => {
    const { staleWhileRevalidateMs, staleIfErrorMs } = freshness(
      [`Cache-Control: ${value}, ${windows}`],
      { grant: granted },
    );
    return [staleWhileRevalidateMs, staleIfErrorMs];
  };
  assertEquals(found("max-age=1"), [10_000, 20_000]);
  assertEquals(found("s-maxage=1"), [10_000, 20_000]);
  assertEquals(found("must-revalidate"), [0, 0]);
  assertEquals(found("proxy-revalidate"), [0, 0]);
  assertEquals(found("no-cache"), [0, 0]);
  assertEquals(found("must-revalidate", grant), [3000, 4000]);
  assertEquals(found("max-age=1", grant), [3000, 4000]);
});

Deno.test("receivedAge() takes one number, and anything else for very old", () => {
  const cases: [lines: string[], seconds: number][] = [
    [[], 0],
    [["Age: 0"], 0],
    [["Age: 7200"], 7200],
    [["Age: 99999999999"], 2147483648],
    [["Age: 7200,0"], 7200],
    [["Age: 0,7200"], 0],
    [["Age: 0, 0"], Infinity],
    [["Age: 3600, 3600"], Infinity],
    [["Age: 7200", "Age: 0"], Infinity],
    [["Age: 0", "Age: 0"], Infinity],
    [["Age: abc"], Infinity],
    [["Age: -7200"], Infinity],
    [["Age: 7200.0"], Infinity],
    [["Age: 7200;foo=bar"], Infinity],
    [["Age:"], Infinity],
  ];
  for (const [lines, seconds] of cases) {
    assertEquals(receivedAge(fieldsOf(...lines)), seconds, lines.join());
  }
});

Deno.test("ageSeconds() counts whole seconds from the age at the start (RFC 9111 §4.2.3)", () => {
  const entry = entryOf(1, [], {
    requestTimeMs: RECEIVED_MS,
    receivedAgeSeconds: 30,
  });
  assertEquals(ageSeconds(entry, RECEIVED_MS), 30);
  assertEquals(ageSeconds(entry, RECEIVED_MS + 999), 30);
  assertEquals(ageSeconds(entry, RECEIVED_MS + 3000), 33);
  assertEquals(ageSeconds(entry, RECEIVED_MS - 60_000), 30);
  const unreadable = entryOf(1, [], { receivedAgeSeconds: Infinity });
  assertEquals(ageSeconds(unreadable, RECEIVED_MS), 2147483648);
});

Deno.test("freshnessOf(): no number is NaN, no lifetime or window negative", () => {
  const anyLine = fc.constantFrom(
    "Cache-Control: max-age=60",
    "Cache-Control: no-cache, s-maxage=-1",
    "CDN-Cache-Control: max-age=-5",
    "Expires: 0",
    `Expires: ${dateAt(-50)}`,
    `Date: ${dateAt(90)}`,
    "Date: foo",
    `Last-Modified: ${dateAt(60)}`,
    `Last-Modified: ${EARLIER_DATE}`,
    "Pragma: no-cache",
  );
  const anyAge = fc.constantFrom(0, 5, Infinity);
  fc.assert(fc.property(
    fc.array(anyLine),
    anyAge,
    fc.constantFrom({}, { ttlSeconds: 1 }, { defaultTtlSeconds: 1 }),
    (lines, receivedAgeSeconds, grant) => {
      const found = freshness(lines, { receivedAgeSeconds, grant });
      assertEquals(found.lifetimeMs >= 0, true);
      assertEquals(found.staleWhileRevalidateMs >= 0, true);
      assertEquals(Number.isNaN(found.freshUntilMs), false);
    },
  ));
});
