/** Interim responses (RFC 9110 §15.2, RFC 8297) in front of an answer that is stored. */

import type { CacheTest, Interim, TestSuite } from "../suite.ts";

export const INTERIM: TestSuite = {
  id: "interim",
  name: "Interim responses",
  tests: [
    passed([102], "102 (Processing)"),
    passed(
      [103, [["Link", "</style.css>; rel=preload; as=style"], ["X-Hint", "1"]]],
      "103 (Early Hints) with its fields",
    ),
  ],
};

function passed(interim: Interim, what: string): CacheTest {
  return {
    id: `interim-${interim[0]}`,
    name: `The client sees a ${what}, and the final response is stored`,
    kind: "optimal",
    requests: [
      {
        interim_responses: [interim],
        expected_interim_responses: [interim],
        response_headers: [["Cache-Control", "max-age=3600"], ["Date", 0]],
      },
      { expected_type: "cached" },
    ],
  };
}
