import { assertEquals, assertThrows } from "@std/assert";
import { MadeUpJudged } from "../../src/cli/made_up_judged.ts";
import { WireError } from "../../src/errors.ts";
import { request, response } from "../../src/policy/made_up_message.ts";
import type { Needs } from "../../src/policy/rule.ts";
import type { RuleDescription } from "../../src/policy/rule_description.ts";

function ruleOf(needs?: Needs): RuleDescription {
  return {
    name: "r",
    file: "r.ts",
    mode: "enforce",
    onError: "block",
    hooks: ["request"],
    ...(needs === undefined ? {} : { needs }),
  };
}

Deno.test("MadeUpJudged shows what the rule needs", () => {
  const to = request("http://A.test/x?y", {
    method: "POST",
    body: "ä",
    headers: { "X-A": "1" },
  });
  const judged = new MadeUpJudged(response(to, { status: 404, body: "no" }));
  const { request: data, response: answer } = judged.show(
    ruleOf({ requestBody: "bytes" }),
  );
  assertEquals([data.host, data.path, data.query], ["a.test", "/x", "?y"]);
  assertEquals(data.headers, ["x-a", "1"]);
  assertEquals(data.body, new Uint8Array([0xc3, 0xa4]));
  assertEquals([answer?.status, answer?.body], [404, undefined]);
});

Deno.test("MadeUpJudged says which body is too long for a rule", () => {
  const judged = new MadeUpJudged(request("http://a.test/", { body: "äb" }));
  assertEquals(judged.prepare(ruleOf()), true);
  const short = ruleOf({ requestBody: "text", maxBytes: 2 });
  assertEquals(judged.prepare(short), false);
  assertEquals(
    judged.overflowText(short),
    "the body's 3 bytes are more than needs.maxBytes, 2",
  );
  assertEquals(
    judged.prepare(ruleOf({ responseBody: "text", maxBytes: 0 })),
    true,
  );
});

Deno.test("MadeUpJudged is rewritten as a whole or not at all", () => {
  const judged = new MadeUpJudged(request("http://a.test/"));
  judged.rewrite({ action: "rewrite", url: "http://b.test/" });
  assertEquals(judged.subject.host, "b.test");
  assertThrows(
    () => judged.rewrite({ action: "rewrite", url: "http://b.test:99999/" }),
    WireError,
  );
  assertEquals(judged.message.url, "http://b.test/");
});
