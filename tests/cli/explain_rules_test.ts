import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { BadInput } from "../../src/admin/checked_input.ts";
import { RuleExplainError } from "../../src/admin/rules_explain.ts";
import { explainRules } from "../../src/cli/explain_rules.ts";
import { defaultSettings } from "../../src/config.ts";
import type { RuleModes } from "../../src/proxy/rule_book.ts";

const BLOCK = `export default {
  match: { host: "ads.test" },
  async request(_request, { state }) {
    const count = await state.increment("count");
    return { action: "block", reason: "no ads " + count };
  },
};`;
const QUESTION = {
  url: "http://ads.test/",
  method: "GET",
  headers: [],
  client: "127.0.0.1",
};

async function withRules(
  play: (rulesPath: string) => Promise<void>,
): Promise<void> {
  const rulesPath = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(rulesPath, "10_ads.ts"), BLOCK);
    await play(rulesPath);
  } finally {
    await Deno.remove(rulesPath, { recursive: true });
  }
}

Deno.test("explainRules() asks the rules, remembers nothing, and obeys their modes", () =>
  withRules(async (rulesPath) => {
    let modes: RuleModes = new Map();
    const explain = explainRules(
      { ...defaultSettings(), rulesPath },
      () => modes,
    )!;
    for (let i = 0; i < 2; i++) {
      const { rows, outcome } = await explain(QUESTION);
      assertEquals(outcome, "outcome: blocked 403 by ads: no ads 1");
      const [row] = rows;
      assertEquals(
        [row?.phase, row?.rule, row?.matched, row?.verdict],
        ["request", "ads", true, "block"],
      );
    }
    modes = new Map([["ads", "off"]]);
    const { rows } = await explain(QUESTION);
    assertEquals(rows[0]?.reason, "the rule is off");
  }));

Deno.test("explainRules() refuses what is no request, and too many at once", () =>
  withRules(async (rulesPath) => {
    const explain = explainRules(
      { ...defaultSettings(), rulesPath },
      () => new Map(),
    )!;
    for (
      const [url, method] of [["/x", "GET"], ["http://a.test/", "CONNECT"]]
    ) {
      const question = { ...QUESTION, url: url!, method: method! };
      await assertRejects(() => explain(question), BadInput);
    }
    const many = await Promise.allSettled(
      Array.from({ length: 7 }, () => explain(QUESTION)),
    );
    const refused = many.flatMap((each) =>
      each.status === "rejected" ? [each.reason] : []
    );
    assertEquals(refused.length, 2);
    assertEquals(
      refused.every((error) => error instanceof RuleExplainError),
      true,
    );
  }));

Deno.test("explainRules() is undefined where rules are off", () => {
  const settings = { ...defaultSettings(), rulesPath: undefined };
  assertEquals(explainRules(settings, () => new Map()), undefined);
});
