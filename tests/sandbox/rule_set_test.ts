import { assert, assertEquals, assertRejects } from "@std/assert";
import { RuleSetError } from "../../src/sandbox/rule_set_error.ts";
import { RuleSets } from "../../src/sandbox/rule_set.ts";
import { RuleState } from "../../src/sandbox/rule_state.ts";
import { requestData, requestRule, Stage } from "./stage.ts";

const WATCHED = { watch: true };

function saying(reason: string): string {
  return requestRule(`() => ({ action: "allow", reason: "${reason}" })`);
}

Deno.test("RuleSets has a folder's rules in order, without tests and sub-folders", async () => {
  await using stage = await Stage.open({
    "10_b.ts": saying("b"),
    "9_a.ts": saying("a"),
    "9_a_test.ts": "broken(",
    "examples/1_c.ts": "broken(",
    "readme.md": "",
  });
  const { rules, version } = stage.sets.current;
  assertEquals(rules.map(({ description: { name } }) => name), ["a", "b"]);
  assert(/^[0-9a-f]{12}$/.test(version));
});

Deno.test("RuleSets takes a missing folder for one without rules, and waits for it", async () => {
  const parent = await Deno.makeTempDir();
  const kv = await Deno.openKv(":memory:");
  const sets = await RuleSets.open(`${parent}/rules`, {
    state: new RuleState(kv),
    events: {
      log() {},
      lost() {},
      setAside() {},
      complaint() {},
      refused() {},
      changed() {},
    },
  });
  try {
    assertEquals(sets.current.rules, []);
    assertEquals(sets.current.version, "");
    await Deno.mkdir(`${parent}/rules`);
    await Deno.writeTextFile(`${parent}/rules/1_a.ts`, saying("a"));
    while (sets.current.rules.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    await sets.close();
    kv.close();
    await Deno.remove(parent, { recursive: true });
  }
});

const BROKEN: Readonly<
  Record<string, readonly [text: string, problem: string]>
> = {
  "01_syntax.ts": [
    "const a = 1;\n\nexport default { a: ;\n",
    "01_syntax.ts:3:21: SyntaxError: Expression expected",
  ],
  "02_throws.ts": [
    "\nfunction f(): void {\n  throw new Error('boo');\n}\nf();\nexport default {};",
    "02_throws.ts:3:9: Error: boo",
  ],
  "03_import.ts": [
    'import "./lib/none.ts";\nexport default { request: () => {} };',
    "03_import.ts",
  ],
  "04_outside.ts": [
    '\nimport "../x.ts";\nexport default { request: () => {} };',
    '04_outside.ts:2:8: Cannot import "../x.ts": it is outside of the rules folder',
  ],
  "05_npm.ts": [
    'import x from "npm:left-pad";\nexport default { request: () => x };',
    '05_npm.ts:1:15: Cannot import "npm:left-pad": rules import files, nothing by "npm:"',
  ],
  "06_none.ts": ["export const a = 1;", "06_none.ts: "],
  "07_key.ts": [
    'export default {\n  macth: { host: "a" },\n  request: () => {},\n};',
    "07_key.ts:2: ",
  ],
  "08_hook.ts": ["export default {\n  request: 5,\n};", "08_hook.ts:2: "],
  "09_helper.ts": [
    'import "./lib/bad.ts";\nexport default { request: () => {} };',
    "lib/bad.ts:2:7: ",
  ],
};

Deno.test("RuleSets refuses a set with broken files and names each with its line", async () => {
  const files = Object.fromEntries(
    Object.entries(BROKEN).map(([name, [text]]) => [name, text]),
  );
  const error = await assertRejects(
    () =>
      Stage.open({
        ...files,
        "lib/bad.ts": "const ok = 1;\nthrow new Error('helper ' + ok);",
        "99_fine.ts": saying("fine"),
      }),
    RuleSetError,
  );
  const lines = error.message.split("\n");
  assertEquals(lines.length, Object.keys(BROKEN).length, error.message);
  for (const [, expected] of Object.values(BROKEN)) {
    assert(
      lines.some((line) => line.startsWith(expected)),
      `${expected}\n---\n${error.message}`,
    );
  }
});

Deno.test("RuleSets loads without broken files where that is asked for", async () => {
  await using stage = await Stage.open({
    "1_bad.ts": "export default 5",
    "2_ok.ts": saying("ok"),
  }, { skipBroken: true });
  const { rules, broken } = stage.sets.current;
  assertEquals(rules.map(({ index, description: { name } }) => [index, name]), [
    [1, "ok"],
  ]);
  assertEquals(broken.map(({ file }) => file), ["1_bad.ts"]);
  assertEquals(await stage.reason(1), "ok");
});

Deno.test("RuleSets names the file that hangs while it is loaded", async () => {
  const error = await assertRejects(
    () => Stage.open({ "1_ok.ts": saying("ok"), "2_hangs.ts": "for (;;);" }),
    RuleSetError,
  );
  assertEquals(
    error.message,
    "2_hangs.ts: Cannot load it: loading it took more than 5 s",
  );
});

Deno.test("RuleSets names the file that uses up the memory while it is loaded", async () => {
  const error = await assertRejects(
    () =>
      Stage.open({
        "1_ok.ts": saying("ok"),
        "2_eats.ts": "const a = []; for (;;) a.push(new Array(1000).fill({}));",
      }, { heapMiB: 64 }),
    RuleSetError,
  );
  assert(error.message.startsWith("2_eats.ts: Cannot load it"), error.message);
});

Deno.test("RuleSets takes up a change of a rule and of what it imports", async () => {
  await using stage = await Stage.open({
    "1_a.ts": `import { word } from "./lib/word.ts";
      export default { request: () => ({ action: "allow", reason: word }) };`,
    "lib/word.ts": `export const word = "one";`,
  }, WATCHED);
  const { version } = stage.sets.current;
  await stage.write("lib/word.ts", `export const word = "two";`);
  await stage.until(() => stage.sets.current.version !== version);
  assertEquals(await stage.reason(), "two");
  await stage.write("1_a.ts", saying("three"));
  await stage.until(() => stage.notes.length === 2);
  assertEquals(await stage.reason(), "three");
});

Deno.test("RuleSets has the last of twenty quick edits in force, and no call fails meanwhile", async () => {
  await using stage = await Stage.open({ "1_a.ts": saying("v0") }, WATCHED);
  let isDone = false;
  const failures: unknown[] = [];
  const asking = (async () => {
    while (!isDone) {
      const { error } = await stage.ask();
      if (error !== undefined) failures.push(error);
    }
  })();
  for (let i = 1; i <= 20; i++) {
    await stage.write(
      "1_a.ts",
      i % 5 === 0 && i < 20 ? "broken(" : saying(`v${i}`),
    );
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
  }
  while (await stage.reason() !== "v20") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  isDone = true;
  await asking;
  assertEquals(failures, []);
  assertEquals(stage.sets.refused, []);
});

Deno.test("RuleSets refuses a broken change, keeps what is in force, and takes the repair", async () => {
  await using stage = await Stage.open({ "1_a.ts": saying("one") }, WATCHED);
  const { version } = stage.sets.current;
  await stage.write("1_a.ts", "export default {\n  request: ;\n};\n");
  await stage.until(() => stage.sets.refused.length > 0);
  assertEquals(stage.sets.refused[0]?.line, 2);
  assertEquals(stage.sets.current.version, version);
  assertEquals(await stage.reason(), "one");
  await stage.write("1_a.ts", saying("one"));
  await stage.until(() => stage.sets.refused.length === 0);
  assertEquals(stage.sets.current.version, version);
  assertEquals(stage.notes.at(-1), `changed ${version}`);
});

Deno.test("RuleSets takes up rules that come and go, and data beside them", async () => {
  await using stage = await Stage.open({
    "1_a.ts":
      `const text = Deno.readTextFileSync(new URL("list.txt", import.meta.url));
      export default { request: () => ({ action: "allow", reason: text }) };`,
    "list.txt": "one",
  }, WATCHED);
  assertEquals(await stage.reason(), "one");
  await stage.write("list.txt", "two");
  await stage.until(() => stage.notes.length === 1);
  assertEquals(await stage.reason(), "two");
  await stage.write("2_b.ts", saying("b"));
  await stage.until(() => stage.sets.current.rules.length === 2);
  await Deno.remove(`${stage.folder}/1_a.ts`);
  await stage.until(() => stage.sets.current.rules.length === 1);
  assertEquals(await stage.reason(), "b");
});

Deno.test("an exchange keeps asking the set that it began with", async () => {
  await using stage = await Stage.open({ "1_a.ts": saying("old") });
  const { host } = stage.sets.current;
  await stage.write("1_a.ts", saying("new"));
  await stage.sets.reload();
  assertEquals(await stage.reason(), "new");
  const ask = () =>
    host.ask({ rule: 0, phase: "request", request: requestData() });
  assertEquals((await ask()).decisions, [{ action: "allow", reason: "old" }]);
  await stage.until(() => host.processes === 0);
  assertEquals((await ask()).decisions, [{ action: "allow", reason: "old" }]);
});

Deno.test("RuleSets asks a rule that was set aside again when its file changes", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(`() => { for (;;); }`),
    "2_ok.ts": saying("ok"),
  }, { ruleTimeoutMs: 50 });
  for (let i = 0; i < 4; i++) await stage.ask(0);
  assertEquals((await stage.ask(0)).error?.kind, "aside");
  await stage.write("2_ok.ts", saying("changed"));
  await stage.sets.reload();
  assertEquals((await stage.ask(0)).error?.kind, "aside");
  await stage.write("1_loops.ts", saying("repaired"));
  await stage.sets.reload();
  assertEquals(await stage.reason(0), "repaired");
});

// How long it takes is for `deno task bench:load rules-reload`: machines that run tests are busy.
Deno.test("RuleSets reloads a hundred rules at once", async () => {
  const files = (salt: string) =>
    Object.fromEntries(
      Array.from(
        { length: 100 },
        (_, i) => [`${i}_rule${i}.ts`, saying(`${salt}${i}`)],
      ),
    );
  await using stage = await Stage.open(files("a"));
  for (const [name, text] of Object.entries(files("b"))) {
    await stage.write(name, text);
  }
  await stage.sets.reload();
  assertEquals(await stage.reason(0), "b0");
  assertEquals(await stage.reason(99), "b99");
});
