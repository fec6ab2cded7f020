/** Interim responses (RFC 9110 §15.2, RFC 8297) in front of an answer that is stored. */

import type { CacheTest, Interim, TestRequest, TestSuite } from "../suite.ts";

const HINTS: Interim = [
  103,
  [["Link", "</style.css>; rel=preload; as=style"], ["X-Hint", "1"]],
];

export const INTERIM: TestSuite = {
  id: "interim",
  name: "Interim responses",
  tests: [
    passed([102], "102 (Processing)"),
    passed(HINTS, "103 (Early Hints) with its fields"),
    {
      id: "interim-not-cached",
      name: "What is stored is sent without the interim response before it",
      depends_on: ["interim-103"],
      requests: hinted({ expected_interim_responses: [] }),
    },
    {
      id: "interim-no-header-reuse",
      name: "What is stored has no field of the interim response before it",
      kind: "optimal",
      depends_on: ["interim-103"],
      requests: hinted({ expected_response_headers_missing: ["X-Hint"] }),
    },
  ],
};

/** A response behind hints, and what is expected of its reuse. */
function hinted(reused: TestRequest): readonly TestRequest[] {
  return [
    {
      interim_responses: [HINTS],
      expected_interim_responses: [HINTS],
      response_headers: [["Cache-Control", "max-age=3600"], ["Date", 0]],
      setup: true,
    },
    { expected_type: "cached", ...reused },
  ];
}

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
