import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { init } from "../../src/cli/init.ts";
import { OptionError } from "../../src/config.ts";
import { loadFolder, withFolder } from "../rules/rule_folder.ts";
import { spoken } from "./spoken.ts";

Deno.test("init() writes a rule that loads, and types", async () => {
  await withFolder({}, async (parent) => {
    const folder = join(parent, "deep", "rules");
    const { code, stdout } = await spoken(() => init([folder]));
    assertEquals(code, 0);
    assertStringIncludes(stdout, `--rules ${folder}`);
    const names: string[] = [];
    for await (const entry of Deno.readDir(folder)) names.push(entry.name);
    assertEquals(names.sort(), ["10_first_rule.ts", "rule.d.ts"]);
    const rules = await loadFolder(
      folder,
      ({ rules }) => rules.map(({ description }) => description.name),
    );
    assertEquals(rules, ["first_rule"]);
  });
});

Deno.test("init() adds to a folder that has other files", async () => {
  await withFolder({ "20_a.ts": "mine" }, async (folder) => {
    const { code } = await spoken(() => init([folder]));
    assertEquals(code, 0);
    const kept = await Deno.readTextFile(join(folder, "20_a.ts"));
    assertEquals(kept, "mine");
  });
});

Deno.test("init() writes nothing over, and leaves nothing half done", async () => {
  for (const name of ["10_first_rule.ts", "rule.d.ts"]) {
    await withFolder({ [name]: "mine" }, async (folder) => {
      const { code, stdout, stderr } = await spoken(() => init([folder]));
      assertEquals([code, stdout], [1, ""]);
      assertStringIncludes(stderr, `"${join(folder, name)}" exists`);
      const names: string[] = [];
      for await (const entry of Deno.readDir(folder)) names.push(entry.name);
      assertEquals(names, [name]);
      assertEquals(await Deno.readTextFile(join(folder, name)), "mine");
    });
  }
});

Deno.test("init() says why it can't write", async () => {
  await withFolder({ file: "" }, async (folder) => {
    const { code, stderr } = await spoken(() => init([join(folder, "file")]));
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot write the first rule");
  });
});

Deno.test("init() refuses options and a second folder", async () => {
  await assertRejects(() => init(["--force"]), OptionError, "--force");
  await assertRejects(() => init(["a", "b"]), OptionError, "one FOLDER");
});
