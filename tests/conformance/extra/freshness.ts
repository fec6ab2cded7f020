/** Age, lifetime and storing, where the package's questions leave a gap (RFC 9111 §3, §4.2, §5). */

import type { CacheTest, Field, TestSuite } from "../suite.ts";

const MONTH_SECONDS = 30 * 24 * 60 * 60;
const EXPIRES_IN_A_MONTH: readonly Field[] = [
  ["Expires", MONTH_SECONDS],
  ["Date", 0],
];

export const FRESHNESS: TestSuite = {
  id: "extra-freshness",
  name: "Age, lifetime, storing",
  tests: [
    {
      id: "freshness-max-age-stale",
      name: "A response whose `max-age` has passed is not reused",
      depends_on: ["freshness-max-age"],
      requests: [
        {
          response_headers: [["Cache-Control", "max-age=2"]],
          setup: true,
          pause_after: true,
        },
        { expected_type: "not_cached" },
      ],
    },
    {
      id: "other-age-delay",
      name: "Does the time that the origin takes to answer count as `Age`?",
      kind: "check",
      requests: [{
        response_headers: [["Cache-Control", "max-age=3600"], ["Date", 0]],
        response_pause: 5,
        expected_response_headers: [["Age", ">", 0]],
      }],
    },
    {
      id: "other-date-update-expires-update",
      name: "Is `Expires` left as the origin wrote it?",
      kind: "check",
      depends_on: ["freshness-expires-future"],
      requests: [
        {
          response_headers: EXPIRES_IN_A_MONTH,
          setup: true,
          pause_after: true,
        },
        {
          expected_type: "cached",
          expected_response_headers: [["Expires", MONTH_SECONDS]],
        },
      ],
    },
    {
      id: "other-date-update-expires",
      name: "`Date` is left as the origin wrote it while `Expires` lasts",
      depends_on: ["freshness-expires-future"],
      requests: [
        {
          response_headers: EXPIRES_IN_A_MONTH,
          setup: true,
          pause_after: true,
        },
        { expected_type: "cached", expected_response_headers: [["Date", 0]] },
      ],
    },
    {
      id: "extra-head-200-freshness-update",
      name: "Does the answer to a HEAD with the same tag give a new lifetime?",
      kind: "check",
      depends_on: ["freshness-max-age-stale"],
      requests: [
        {
          response_headers: [["Cache-Control", "max-age=2"], ["ETag", '"a"']],
          setup: true,
          pause_after: true,
        },
        {
          request_method: "HEAD",
          response_headers: [["Cache-Control", "max-age=3600"], [
            "ETag",
            '"a"',
          ]],
          setup: true,
        },
        { expected_type: "cached" },
      ],
    },
    notAsked("cc-resp-no-store-old-new", "no-store"),
    notAsked("cc-resp-no-store-old-max-age", "no-store, max-age=0"),
    {
      id: "status-200-must-understand",
      name:
        "`must-understand` lifts `no-store` for a status that the cache knows",
      kind: "optimal",
      depends_on: ["status-200-fresh", "cc-resp-no-store-fresh"],
      requests: [
        {
          response_headers: [[
            "Cache-Control",
            "max-age=3600, no-store, must-understand",
          ]],
          setup: true,
        },
        { expected_type: "cached" },
      ],
    },
  ],
};

/** What is fresh is reused, whatever the origin would say of it by now. */
function notAsked(id: string, directives: string): CacheTest {
  const answers = (value: string, version: string): readonly Field[] => [
    ["Cache-Control", value],
    ["Date", 0],
    ["A", version],
  ];
  return {
    id,
    name:
      `Is a fresh response reused where the origin would have said \`${directives}\` since?`,
    kind: "check",
    depends_on: ["cc-resp-no-store"],
    requests: [
      {
        response_headers: answers("max-age=3600", "1"),
        setup: true,
        pause_after: true,
      },
      {
        response_headers: answers(directives, "2"),
        setup: true,
        pause_after: true,
      },
      { expected_type: "cached", expected_response_headers: [["A", "1"]] },
    ],
  };
}
