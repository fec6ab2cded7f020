import { assertEquals } from "@std/assert";
import type { PhaseExplained } from "../../src/cli/explained_phase.ts";
import { outcomeText } from "../../src/cli/outcome_text.ts";
import {
  connect,
  request,
  response,
} from "../../src/policy/made_up_message.ts";

const REQUEST = request("http://a.test/");

function phase(parts: Partial<PhaseExplained> = {}): PhaseExplained {
  const none = { verdicts: [], effects: [], end: undefined };
  return { ...none, message: REQUEST, ...parts };
}

function ended(decision: NonNullable<PhaseExplained["end"]>["decision"]) {
  const end = decision === undefined ? undefined : { rule: "r", decision };
  return outcomeText([phase({ end })]);
}

Deno.test("outcomeText() says how a request ends", () => {
  assertEquals(
    ended({ action: "block", reason: "no" }),
    "outcome: blocked 403 by r: no",
  );
  assertEquals(
    ended({ action: "respond", status: 200 }),
    "outcome: answered 200 by r",
  );
  assertEquals(
    ended({ action: "redirect", location: "/x", status: 301 }),
    "outcome: redirected 301 to /x by r",
  );
  assertEquals(
    ended({ action: "allow" }),
    "outcome: GET http://a.test/ is forwarded, allowed by r",
  );
  assertEquals(
    outcomeText([phase({ end: { rule: "r", failure: "oh" } })]),
    "outcome: error 503: the rule r failed: oh",
  );
});

Deno.test("outcomeText() says what took effect on the way", () => {
  const effects: PhaseExplained["effects"] = [
    {
      rule: "map",
      decision: { action: "rewrite", url: "http://b.test/", reason: "moved" },
    },
    { rule: "q", decision: { action: "limit", requests: 1, perSeconds: 2 } },
    {
      rule: "b",
      decision: { action: "rewrite", body: new Uint8Array(3) },
    },
  ];
  const message = response(REQUEST, { status: 404 });
  assertEquals(
    outcomeText([phase({ effects }), phase({ message })]).split("\n"),
    [
      "outcome: GET http://a.test/ is forwarded, and its 404 passed on",
      '  map: rewrite url "http://b.test/" (moved)',
      "  q: limit requests 1, perSeconds 2",
      "  b: rewrite body of 3 bytes",
    ],
  );
});

Deno.test("outcomeText() names the addresses that a rule opens", () => {
  const decision = {
    action: "allow",
    addresses: ["10.0.0.0/8"],
    reason: "the intranet",
  } as const;
  const message = response(REQUEST, { status: 200 });
  assertEquals(
    outcomeText([phase({ end: { rule: "r", decision } }), phase({ message })]),
    "outcome: GET http://a.test/ is forwarded, and its 200 passed on\n" +
      '  r: allow addresses ["10.0.0.0/8"] (the intranet)',
  );
});

Deno.test("outcomeText() tells a tunnel from what is in it", () => {
  const tunnel = phase({ message: connect("a.test:443") });
  assertEquals(outcomeText([tunnel]), "outcome: a tunnel to a.test:443");
  const within = phase({ message: request("https://a.test/") });
  assertEquals(
    outcomeText([tunnel, within]),
    "outcome: GET https://a.test/ is forwarded\n" +
      "  within the tunnel rules are asked only where it is intercepted",
  );
});
