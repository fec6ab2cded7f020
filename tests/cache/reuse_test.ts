import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { cacheRequest } from "../../src/cache/cache_request.ts";
import type { Entry, StoredResponse } from "../../src/cache/entry.ts";
import {
  isErrorStatus,
  judgeReuse,
  mayServeOnFailure,
} from "../../src/cache/reuse.ts";
import { entryOf, fieldsOf, RECEIVED_MS } from "./stored_responses.ts";

/** An entry that came at once, with those directives. */
function entry(
  control: string,
  overrides: Partial<StoredResponse> = {},
): Entry {
  return entryOf(1, [`Cache-Control: ${control}`], {
    requestTimeMs: RECEIVED_MS,
    ...overrides,
  });
}

/** The decision in words, so many seconds after the response came. */
function reuse(stored: Entry, seconds: number, ...request: string[]): string {
  const found = judgeReuse(
    stored,
    cacheRequest("GET", fieldsOf(...request)),
    RECEIVED_MS + seconds * 1000,
  );
  return found.use === "fresh" ? "fresh" : `${found.use}: ${found.reason}`;
}

type Row = [control: string, seconds: number, request: string, found: string];

function table(rows: readonly Row[]): void {
  for (const [control, seconds, request, expected] of rows) {
    const lines = request === "" ? [] : [`Cache-Control: ${request}`];
    const found = reuse(entry(control), seconds, ...lines);
    assertEquals(found, expected, `${control} | ${seconds} s | ${request}`);
  }
}

Deno.test("judgeReuse() uses a response while it is fresh (RFC 9111 §4)", () => {
  table([
    ["max-age=60", 0, "", "fresh"],
    ["max-age=60", 59.999, "", "fresh"],
    ["max-age=60", 60, "", "validate: stale"],
    ["max-age=60", 59, "foo", "fresh"],
    ["max-age=60, must-revalidate", 59, "", "fresh"],
    ["max-age=60, must-revalidate", 60, "", "validate: stale"],
    ["max-age=0", 0, "", "validate: stale"],
    ["max-age=60, no-cache", 0, "", "validate: no-cache"],
    ['max-age=60, no-cache="a"', 0, "", "fresh"],
  ]);
});

Deno.test("judgeReuse() does what the request asks of freshness (RFC 9111 §5.2.1)", () => {
  table([
    ["max-age=60", 5, "no-cache", "validate: request-no-cache"],
    ["max-age=60", 5, "no-store", "none: request-no-store"],
    ["max-age=60", 5, "max-age=0", "validate: request-max-age"],
    ["max-age=60", 0, "max-age=0", "validate: request-max-age"],
    ["max-age=60", 5, "max-age=4", "validate: request-max-age"],
    ["max-age=60", 5, "max-age=5", "fresh"],
    ["max-age=60", 5, "max-age=foo", "validate: request-max-age"],
    ["max-age=60", 5, "min-fresh=55", "fresh"],
    ["max-age=60", 5, "min-fresh=56", "validate: request-min-fresh"],
    ["max-age=60", 60, "max-age=90", "validate: stale"],
  ]);
  const aged = entry("max-age=3600", { receivedAgeSeconds: 1800 });
  assertEquals(
    reuse(aged, 0, "Cache-Control: max-age=600"),
    "validate: request-max-age",
  );
});

Deno.test("judgeReuse() takes Pragma: no-cache for no-cache (RFC 7234 §5.4)", () => {
  const fresh = entry("max-age=60");
  assertEquals(
    reuse(fresh, 5, "Pragma: no-cache"),
    "validate: request-no-cache",
  );
  assertEquals(reuse(fresh, 5, "Pragma: foo"), "fresh");
  assertEquals(reuse(fresh, 5, "Authorization: Basic x"), "fresh");
});

Deno.test("judgeReuse(): max-stale lets a client take a stale response, where nothing forbids it (RFC 9111 §5.2.1.2)", () => {
  table([
    ["max-age=60", 70, "max-stale", "stale: max-stale"],
    ["max-age=60", 70, "max-stale=10", "stale: max-stale"],
    ["max-age=60", 71, "max-stale=10", "validate: stale"],
    ["max-age=60", 70, "max-stale=foo", "validate: stale"],
    ["max-age=60", 70, "max-stale=10, max-age=90", "stale: max-stale"],
    ["max-age=60, must-revalidate", 70, "max-stale", "validate: stale"],
    ["max-age=60, proxy-revalidate", 70, "max-stale", "validate: stale"],
    ["s-maxage=60", 70, "max-stale", "validate: stale"],
    ["max-age=60, no-cache", 70, "max-stale", "validate: no-cache"],
  ]);
});

Deno.test("judgeReuse(): stale-while-revalidate, up to the number of seconds (RFC 5861 §3)", () => {
  const windowed = "max-age=60, stale-while-revalidate=10";
  const stale = "stale: stale-while-revalidate";
  table([
    [windowed, 60, "", stale],
    [windowed, 69.999, "", stale],
    [windowed, 70, "", "validate: stale"],
    [windowed, 65, "no-cache", "validate: request-no-cache"],
    [windowed, 65, "max-age=90", "validate: stale"],
    [windowed, 65, "min-fresh=1", "validate: request-min-fresh"],
    ["s-maxage=60, stale-while-revalidate=10", 65, "", stale],
    [`${windowed}, must-revalidate`, 65, "", "validate: stale"],
  ]);
});

Deno.test("judgeReuse(): only-if-cached never asks the origin (RFC 9111 §5.2.1.7)", () => {
  table([
    ["max-age=60", 5, "only-if-cached", "fresh"],
    ["max-age=60", 60, "only-if-cached", "none: only-if-cached"],
    ["max-age=60", 5, "only-if-cached, no-cache", "none: only-if-cached"],
    ["max-age=60", 5, "only-if-cached, no-store", "none: only-if-cached"],
    ["max-age=60", 65, "only-if-cached, max-stale", "stale: max-stale"],
  ]);
});

Deno.test("judgeReuse(): immutable makes a reload no reason to validate while it is fresh (RFC 8246 §2)", () => {
  table([
    ["max-age=60, immutable", 5, "max-age=0", "fresh"],
    ["max-age=60, immutable", 60, "max-age=0", "validate: request-max-age"],
    ["max-age=60, immutable", 5, "max-age=1", "validate: request-max-age"],
    ["max-age=60, immutable", 5, "no-cache", "validate: request-no-cache"],
    ["max-age=60, immutable", 60, "", "validate: stale"],
  ]);
});

Deno.test("judgeReuse() validates what was invalidated, whatever else is allowed", () => {
  const invalidated = entry("max-age=60, stale-while-revalidate=60");
  invalidated.isInvalidated = true;
  for (const lines of [[], ["Cache-Control: max-stale"], ["Range: bytes=0-"]]) {
    assertEquals(reuse(invalidated, 5, ...lines), "validate: invalidated");
  }
});

Deno.test("judgeReuse(): a rule's lifetime lets even a no-cache response be used", () => {
  const granted = entry("no-cache", { grant: { ttlSeconds: 10 } });
  assertEquals(reuse(granted, 9), "fresh");
  assertEquals(reuse(granted, 10), "validate: stale");
});

const anyControl = fc.array(
  fc.constantFrom(
    "max-age=60",
    "max-age=0",
    "s-maxage=30",
    "no-cache",
    "must-revalidate",
    "immutable",
    "stale-while-revalidate=20",
    "stale-if-error=20",
  ),
  { maxLength: 4 },
).map((directives) => directives.join(", "));

const anyAsked = fc.array(
  fc.constantFrom(
    "max-age=0",
    "max-age=30",
    "min-fresh=5",
    "max-stale",
    "max-stale=15",
    "only-if-cached",
    "stale-if-error=30",
    "foo",
  ),
  { maxLength: 3 },
).map((directives) => directives.join(", "));

Deno.test("judgeReuse() calls nothing fresh past its freshness, or what needs a validation", () => {
  fc.assert(
    fc.property(
      anyControl,
      anyAsked,
      fc.integer({ min: 0, max: 120 }),
      (control, asked, seconds) => {
        const stored = entry(control);
        const found = reuse(stored, seconds, `Cache-Control: ${asked}`);
        const { freshUntilMs, mustValidate, forbidsStale } = stored.freshness;
        const isFresh = RECEIVED_MS + seconds * 1000 < freshUntilMs;
        if (found === "fresh") {
          assertEquals([isFresh, mustValidate], [
            true,
            false,
          ]);
        }
        if (found === "stale: max-stale") {
          assertEquals([asked.includes("max-stale"), forbidsStale], [
            true,
            false,
          ]);
        }
      },
    ),
  );
});

/** Whether an entry serves so many seconds after it came, when the origin failed. */
function serves(
  control: string,
  failure: "disconnected" | "error",
  seconds: number,
  ...request: string[]
): boolean {
  return mayServeOnFailure(
    entry(control),
    cacheRequest("GET", fieldsOf(...request)),
    failure,
    RECEIVED_MS + seconds * 1000,
  );
}

Deno.test("mayServeOnFailure(): stale-if-error of the response or the request (RFC 5861 §4)", () => {
  const windowed = "max-age=60, stale-if-error=10";
  const asked = "Cache-Control: stale-if-error=10";
  assertEquals(serves(windowed, "error", 69), true);
  assertEquals(serves(windowed, "error", 70), false);
  assertEquals(serves("max-age=60", "error", 61), false);
  assertEquals(serves("max-age=60", "error", 69, asked), true);
  assertEquals(serves("max-age=60", "error", 70, asked), false);
  assertEquals(serves("s-maxage=60", "error", 69, asked), false);
  assertEquals(serves("s-maxage=60, stale-if-error=10", "error", 69), true);
  assertEquals(serves(`${windowed}, must-revalidate`, "error", 61), false);
});

Deno.test("mayServeOnFailure(): when disconnected, for a day, unless it is prohibited (RFC 9111 §4.2.4)", () => {
  const day = 86_400;
  assertEquals(serves("max-age=60", "disconnected", 63), true);
  assertEquals(serves("max-age=60", "disconnected", day + 59), true);
  assertEquals(serves("max-age=60", "disconnected", day + 60), false);
  for (
    const strict of [
      "max-age=60, must-revalidate",
      "max-age=60, proxy-revalidate",
      "max-age=60, s-maxage=60",
      "max-age=60, no-cache",
    ]
  ) assertEquals(serves(strict, "disconnected", 63), false, strict);
});

Deno.test("mayServeOnFailure() leaves alone what was invalidated, and who wants no stored answer", () => {
  const invalidated = entry("max-age=60, stale-if-error=60");
  invalidated.isInvalidated = true;
  const plain = cacheRequest("GET", fieldsOf());
  assertEquals(
    mayServeOnFailure(invalidated, plain, "disconnected", RECEIVED_MS),
    false,
  );
  const noCache = "Cache-Control: no-cache";
  assertEquals(serves("max-age=60", "disconnected", 5, noCache), false);
  const reload = "Cache-Control: max-age=0";
  assertEquals(serves("max-age=60", "disconnected", 5, reload), true);
});

Deno.test("isErrorStatus() is true for the four of RFC 5861 §4 alone", () => {
  const errors = [404, 499, 500, 501, 502, 503, 504, 505, 511]
    .filter(isErrorStatus);
  assertEquals(errors, [500, 502, 503, 504]);
});
