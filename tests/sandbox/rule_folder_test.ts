import { assertEquals, assertNotEquals } from "@std/assert";
import {
  canMatter,
  digestsOfRules,
  readRuleFolder,
  versionOf,
} from "../../src/sandbox/rule_folder.ts";

Deno.test("readRuleFolder() finds rule files in order and data beside them", async () => {
  const folder = await Deno.makeTempDir();
  for (
    const name of ["10_b.ts", "9_a.ts", "9_a_test.ts", "list.txt", "a.md", ".x"]
  ) await Deno.writeTextFile(`${folder}/${name}`, name);
  await Deno.mkdir(`${folder}/examples.ts`);
  const found = await readRuleFolder(folder);
  assertEquals(found?.files, ["9_a.ts", "10_b.ts"]);
  assertEquals([...found?.others.keys() ?? []], ["list.txt"]);
  await Deno.remove(folder, { recursive: true });
  assertEquals(await readRuleFolder(folder), undefined);
});

const FOLDER = { path: "/r", files: ["1.ts", "2.ts"], others: new Map() };
const MODULES = [
  { url: "file:///r/1.ts", text: "one" },
  { url: "file:///r/2.ts", text: "two" },
  { url: "file:///r/lib/a.ts", text: "help" },
];

function changed(at: number) {
  return MODULES.map((module, i) =>
    i === at ? { ...module, text: "changed" } : module
  );
}

Deno.test("versionOf() changes with any module and any data, not with the place", async () => {
  const version = await versionOf(FOLDER, MODULES);
  for (const at of [0, 1, 2]) {
    assertNotEquals(await versionOf(FOLDER, changed(at)), version);
  }
  const others = new Map([["list.txt", "digest"]]);
  assertNotEquals(await versionOf({ ...FOLDER, others }, MODULES), version);
  const elsewhere = MODULES.map(({ url, text }) => ({
    url: url.replace("/r/", "/elsewhere/"),
    text,
  }));
  assertEquals(
    await versionOf({ ...FOLDER, path: "/elsewhere" }, elsewhere),
    version,
  );
});

Deno.test("digestsOfRules() changes for a rule with its file, for all with a helper", async () => {
  const before = await digestsOfRules(FOLDER, MODULES);
  const own = await digestsOfRules(FOLDER, changed(0));
  assertNotEquals(own.get("1.ts"), before.get("1.ts"));
  assertEquals(own.get("2.ts"), before.get("2.ts"));
  const helper = await digestsOfRules(FOLDER, changed(2));
  assertNotEquals(helper.get("2.ts"), before.get("2.ts"));
});

Deno.test("canMatter() passes over what editors leave behind", () => {
  for (const name of [".a.swp", "a.ts~", "4913", "#a#", "a.tmp", ".git"]) {
    assertEquals(canMatter(`/r/${name}`), false, name);
  }
  assertEquals(canMatter("/r/a.ts"), true);
});
