import { assertEquals, assertRejects } from "@std/assert";
import { RuleSetError } from "../../src/sandbox/rule_set_error.ts";
import { requestRule, Stage } from "./stage.ts";

const RULE = requestRule("() => {}");

Deno.test("loadRuleSet() refuses two rules of one name", async () => {
  const named = requestRule("() => {}", `name: "ads",`);
  const error = await assertRejects(
    () => Stage.open({ "1_a.ts": named, "2_b.ts": named, "3_c.ts": RULE }),
    RuleSetError,
  );
  assertEquals(error.problems.map(({ file, line }) => [file, line]), [
    ["2_b.ts", 1],
  ]);
});

Deno.test("loadRuleSet() describes rules and compiles their matchers", async () => {
  await using stage = await Stage.open({
    "1_a.ts": requestRule(
      "() => {}",
      `match: { host: ["a.example"] }, mode: "report",`,
    ),
  });
  const [rule] = stage.sets.current.rules;
  assertEquals(rule?.description, {
    name: "a",
    file: "1_a.ts",
    mode: "report",
    onError: "block",
    match: { host: ["a.example"] },
    hooks: ["request"],
  });
  assertEquals(typeof rule?.matcher.explain, "function");
});

Deno.test("loadRuleSet() needs no process for a folder without rules", async () => {
  await using stage = await Stage.open({ "readme.md": "" });
  assertEquals(stage.sets.current.host.processes, 0);
});

Deno.test("loadRuleSet() refuses what no rule can be, whatever it looks like on its way", async () => {
  const deep =
    "const deep = []; let at = deep; for (let i = 0; i < 3000; i++) at.push(at = []);";
  const files = {
    "1_bytes.ts": `export default { $: "bytes", text: "!" };`,
    "2_member.ts":
      `export default { request() {}, match: { $: "bytes", text: "!" } };`,
    "3_symbol.ts": `export default { request() {}, description: Symbol("s") };`,
    "4_host.ts":
      `export default { request() {}, match: { host: [Symbol("s"), 10n] } };`,
    "5_getter.ts":
      `export default { get request() { throw new Error("no"); } };`,
    "6_lies.ts": `${deep}
      export default { request() {}, needs: Object.assign(new Uint8Array(1), { toBase64: () => deep }) };`,
    "7_proxy.ts":
      `export default new Proxy({}, { ownKeys() { throw new Error("no"); } });`,
    "8_name.ts":
      `export default { request() {}, name: Object.assign(() => 0, { x: 1 }) };`,
    "9_fine.ts": `export default { request() {} };`,
  };
  await using stage = await Stage.open(files, { skipBroken: true });
  const { broken, rules } = stage.sets.current;
  assertEquals(rules.map(({ description }) => description.name), ["fine"]);
  assertEquals(
    [...new Set(broken.map(({ file }) => file))],
    Object.keys(files).filter((file) => file !== "9_fine.ts"),
  );
  // And a change to such a file is refused as any other is.
  await stage.write("9_fine.ts", files["1_bytes.ts"]);
  await stage.sets.reload();
  assertEquals(stage.sets.current.rules.length, 0);
});
