import { assertEquals } from "@std/assert";
import { MadeUpJudged } from "../../src/cli/made_up_judged.ts";
import { Verdicts } from "../../src/cli/verdicts.ts";
import { request } from "../../src/policy/made_up_message.ts";
import { ruleSetOf } from "../proxy/rule_set_of.ts";

const REPLY = { decisions: [], ms: 2, waitedMs: 3, logs: [{ message: "m" }] };

function verdictsOf(...rules: Parameters<typeof ruleSetOf>) {
  const set = ruleSetOf(...rules);
  const judged = new MadeUpJudged(request("http://a.test/", { body: "abc" }));
  return { rules: set.rules, verdicts: new Verdicts(set.rules, judged) };
}

Deno.test("Verdicts says of each rule why it was asked or not", () => {
  const { rules, verdicts } = verdictsOf(
    { mode: "off" },
    { match: { host: "b.test" } },
    {},
    { hooks: ["response"] },
    {},
    {},
  );
  for (const at of [2, 4]) {
    verdicts.matched(rules[at]!);
    verdicts.replied(rules[at]!, REPLY);
  }
  verdicts.failed(rules[4]!, { message: "oh", trace: [] });
  verdicts.finish("r4");
  assertEquals(
    verdicts.all.map(({ isAsked, why, failure, ms }) =>
      isAsked ? `${ms} ${failure}` : why
    ),
    [
      "the rule is off",
      'host "a.test" is not b.test',
      "2 undefined",
      "no request hook",
      "2 oh",
      "r4 has ended the phase",
    ],
  );
  assertEquals(verdicts.all[2]?.logs, ["m"]);
});

Deno.test("Verdicts tells a body too long that is skipped from one that is blocked", () => {
  const needs = { requestBody: "text", maxBytes: 2 } as const;
  const { rules, verdicts } = verdictsOf(
    { needs },
    { needs: { ...needs, onOverflow: "block" } },
  );
  for (const rule of rules) {
    verdicts.matched(rule);
    verdicts.overflowed(rule);
  }
  verdicts.finish(undefined);
  assertEquals(
    verdicts.all.map(({ isAsked, decisions }) => [isAsked, decisions.length]),
    [[false, 0], [true, 1]],
  );
});
