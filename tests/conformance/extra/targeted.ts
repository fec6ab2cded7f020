/**
 * `CDN-Cache-Control`, the targeted field of RFC 9213: where it is there and
 * valid it takes the place of Cache-Control and Expires. The field lines of it
 * are not held against what reaches the client, since a cache may keep them.
 */

import type { CacheTest, Field, TestSuite } from "../suite.ts";

const CC_FRESH: Field = ["Cache-Control", "max-age=10000"];
const EXPIRES_FRESH: readonly Field[] = [["Expires", 10_000], ["Date", 0]];
const EXPIRES_PAST: readonly Field[] = [["Expires", -10_000], ["Date", 0]];

export const TARGETED: TestSuite = {
  id: "cdn-cache-control",
  name: "CDN-Cache-Control",
  tests: [
    reused("cdn-max-age", "`max-age`", "max-age=3600"),
    reused("cdn-max-age-max", "`max-age=2147483648`", "max-age=2147483648"),
    reused("cdn-max-age-max-plus", "a huge `max-age`", "max-age=99999999999"),
    reused(
      "cdn-max-age-extension",
      "`max-age` beside an unknown directive",
      "foobar, max-age=3600",
    ),
    reused("cdn-max-age-expires", "`max-age` over a past `Expires`", {
      value: "max-age=3600",
      others: EXPIRES_PAST,
    }),
    reused(
      "cdn-max-age-cc-max-age-invalid-expires",
      "`max-age` over an invalid `Expires`",
      {
        value: "max-age=3600",
        others: [["Expires", "0", false], ["Date", 0]],
      },
    ),
    reused(
      "cdn-max-age-short-cc-max-age",
      "a long `max-age` over a short one in `Cache-Control`",
      { value: "max-age=3600", others: [["Cache-Control", "max-age=1"]] },
    ),
    reused("cdn-fresh-cc-nostore", "`max-age` over `Cache-Control: no-store`", {
      value: "max-age=10000",
      others: [["Cache-Control", "no-store"]],
    }),
    refused("cdn-max-age-0", "`max-age=0`", "max-age=0"),
    refused("cdn-max-age-0-expires", "`max-age=0` and a future `Expires`", {
      value: "max-age=0",
      others: EXPIRES_FRESH,
    }),
    refused("cdn-max-age-age", "`max-age` below its `Age`", {
      value: "max-age=3600",
      others: [["Date", 0], ["Age", "7200"]],
    }),
    refused(
      "cdn-max-age-long-cc-max-age",
      "a short `max-age` and a long one in `Cache-Control`",
      { value: "max-age=1", others: [["Cache-Control", "max-age=3600"]] },
    ),
    refused("cdn-private", "`private`", {
      value: "private",
      others: [CC_FRESH, ...EXPIRES_FRESH],
    }),
    refused("cdn-no-cache", "`no-cache`", {
      value: "no-cache",
      others: [CC_FRESH, ...EXPIRES_FRESH],
    }),
    refused("cdn-no-store-cc-fresh", "`no-store`", {
      value: "no-store",
      others: [CC_FRESH, ...EXPIRES_FRESH],
    }),
    refused(
      "cdn-cc-invalid-sh-type-unknown",
      "a value that is no Structured Field, beside `Cache-Control: no-store`",
      {
        value: "max-age=10000, &&&&&",
        others: [["Cache-Control", "no-store"]],
      },
    ),
    refused(
      "cdn-cc-invalid-sh-type-wrong",
      "a `max-age` that is a String, beside `Cache-Control: no-store`",
      { value: 'max-age="10000"', others: [["Cache-Control", "no-store"]] },
    ),
    observed(
      refused("cdn-max-age-space-before-equals", "a space before `=`", {
        value: "max-age =100",
        others: [["Cache-Control", "max-age=1"]],
      }),
    ),
    observed(
      refused("cdn-max-age-space-after-equals", "a space after `=`", {
        value: "max-age= 100",
        others: [["Cache-Control", "max-age=1"]],
      }),
    ),
    observed(
      reused("cdn-max-age-case-insensitive", "`MaX-aGe`", "MaX-aGe=3600"),
    ),
    outlasting("cdn-remove-age-exceed", "has it an `Age`", [], "Age"),
    outlasting("cdn-date-update-exceed", "is its `Date` left", [], ["Date", 0]),
    outlasting(
      "cdn-expires-update-exceed",
      "is its `Expires` left",
      [["Expires", 1]],
      ["Expires", 1],
    ),
    {
      id: "cdn-remove-header",
      name: "Does `CDN-Cache-Control` reach the client?",
      kind: "check",
      requests: [{
        response_headers: [CC_FRESH, ["CDN-Cache-Control", "foo", false]],
        expected_response_headers: [["CDN-Cache-Control", "foo"]],
      }],
    },
  ],
};

/** The field's value alone, or with others beside it. */
type Targeted = string | {
  readonly value: string;
  readonly others: readonly Field[];
};

function reused(id: string, what: string, targeted: Targeted): CacheTest {
  return {
    ...targetedTest(id, targeted, "cached"),
    name: `A response is reused by ${what}`,
    kind: "optimal",
    depends_on: [id === "cdn-max-age" ? "freshness-none" : "cdn-max-age"],
  };
}

function refused(id: string, what: string, targeted: Targeted): CacheTest {
  return {
    ...targetedTest(id, targeted, "not_cached"),
    name: `A response is not reused with ${what}`,
    depends_on: ["cdn-max-age"],
  };
}

function observed(test: CacheTest): CacheTest {
  return { ...test, kind: "check" };
}

/** A response that is fresh here for longer than everywhere else. */
function outlasting(
  id: string,
  what: string,
  others: readonly Field[],
  expected: "Age" | readonly [name: string, value: number],
): CacheTest {
  return {
    id,
    name: `Of a response that outlasts its own \`Cache-Control\`, ${what}?`,
    kind: "check",
    depends_on: ["cdn-max-age"],
    requests: [
      {
        response_headers: [
          ["Cache-Control", "max-age=1"],
          ["CDN-Cache-Control", "max-age=3600", false],
          ["Date", 0],
          ...others,
        ],
        setup: true,
        pause_after: true,
      },
      { expected_type: "cached", expected_response_headers: [expected] },
    ],
  };
}

function targetedTest(
  id: string,
  targeted: Targeted,
  expected_type: "cached" | "not_cached",
): Pick<CacheTest, "id" | "requests"> {
  const { value, others } = typeof targeted === "string"
    ? { value: targeted, others: [] }
    : targeted;
  return {
    id,
    requests: [
      {
        response_headers: [...others, ["CDN-Cache-Control", value, false]],
        setup: true,
        pause_after: true,
      },
      { expected_type },
    ],
  };
}
