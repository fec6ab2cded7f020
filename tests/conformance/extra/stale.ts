/**
 * Serving stale (RFC 9111 §4.2.4, RFC 5861). The package asks whether directives
 * forbid it in a way that nobody can pass: it wants the origin's count of
 * requests on the error that takes the place of the stale response. Here the
 * error must not have it.
 */

import type { CacheTest, TestSuite } from "../suite.ts";

export const STALE: TestSuite = {
  id: "extra-stale",
  name: "Serving stale",
  tests: [
    {
      id: "stale-while-revalidate",
      name: "A stale response is reused within `stale-while-revalidate`",
      kind: "optimal",
      depends_on: ["freshness-max-age-stale"],
      requests: [
        {
          response_headers: [
            ["Cache-Control", "max-age=1, stale-while-revalidate=3600"],
            ["ETag", '"abc"'],
          ],
          setup: true,
          pause_after: true,
        },
        { expected_type: "cached" },
      ],
    },
    {
      id: "stale-while-revalidate-window",
      name: "A stale response is not reused after `stale-while-revalidate`",
      depends_on: ["stale-while-revalidate"],
      requests: [
        {
          response_headers: [
            ["Cache-Control", "max-age=1, stale-while-revalidate=1"],
            ["ETag", '"abc"'],
          ],
          setup: true,
          pause_after: true,
        },
        { expected_type: "etag_validated" },
      ],
    },
    {
      id: "extra-stale-while-revalidate-replaced",
      name:
        "What is fetched behind a stale response takes its place, also where it may not be reused",
      depends_on: ["stale-while-revalidate"],
      requests: [
        {
          response_headers: [
            ["Cache-Control", "max-age=1, stale-while-revalidate=3600"],
            ["ETag", '"abc"'],
          ],
          setup: true,
          pause_after: true,
        },
        {
          response_headers: [
            ["Cache-Control", "no-cache", false],
            ["ETag", '"def"', false],
          ],
          expected_type: "cached",
          setup: true,
          pause_after: true,
        },
        { expected_response_headers: [["Client-Request-Count", "3"]] },
      ],
    },
    forbidden("must-revalidate"),
    forbidden("proxy-revalidate"),
    forbidden("no-cache"),
    forbidden("s-maxage=2"),
  ],
};

/** After its lifetime such a response is not used, though the origin is gone. */
function forbidden(directive: string): CacheTest {
  return {
    id: `extra-stale-close-${directive}`,
    name:
      `A stale response with \`${directive}\` is not reused when the origin closes the connection`,
    depends_on: ["freshness-max-age-stale"],
    requests: [
      {
        response_headers: [["Cache-Control", `max-age=2, ${directive}`]],
        setup: true,
        pause_after: true,
      },
      {
        disconnect: true,
        expected_status: null,
        expected_response_headers_missing: ["Server-Request-Count"],
        check_body: false,
      },
    ],
  };
}
