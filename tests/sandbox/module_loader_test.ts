import { assertEquals } from "@std/assert";
import { requestRule, Stage } from "./stage.ts";

Deno.test("a loader keeps the text of what it loads, types taken away beside it", async () => {
  const text = `import json from "./lib/a.json" with { type: "json" };
const word: string = json.word;
export default { request: () => ({ action: "allow", reason: word }) };
`;
  await using stage = await Stage.open({
    "1_a.ts": text,
    "lib/a.json": `{ "word": "from JSON" }`,
  });
  const { modules } = stage.sets.current;
  assertEquals(modules.map(({ url }) => url.split("/").at(-1)), [
    "1_a.ts",
    "a.json",
  ]);
  assertEquals(modules[0]?.text, text);
  assertEquals(modules[0]?.code?.includes(": string"), false);
  assertEquals(await stage.reason(), "from JSON");
});

Deno.test("a loader binds hooks to their rule, as they were when it was loaded", async () => {
  await using stage = await Stage.open({
    "1_a.ts": `const rule = {
      reason: "mine",
      request() { rule.request = () => ({ action: "allow", reason: "changed" }); return { action: "allow", reason: this.reason }; },
    };
    delete rule.none;
    export default new Proxy(rule, { ownKeys: () => ["request"] });`,
    "2_b.ts": requestRule("() => {}"),
  });
  assertEquals(await stage.reason(), "mine");
  assertEquals(await stage.reason(), "mine");
});
