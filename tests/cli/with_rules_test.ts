import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { withRules } from "../../src/cli/with_rules.ts";
import { OptionError } from "../../src/config.ts";
import { withFolder } from "../rules/rule_folder.ts";
import { spoken } from "./spoken.ts";

const SOUND = "export default { request: () => undefined };\n";
const BROKEN = "\nexport default { request: 1 };\n";

function load(...args: string[]) {
  return spoken(() =>
    withRules(args, ({ rules }) => {
      console.log(rules.map(({ description }) => description.name).join());
      return Promise.resolve(7);
    })
  );
}

Deno.test("withRules() hands over the set, and passes on what comes back", async () => {
  const files = { "2_b.ts": SOUND, "10_a.ts": SOUND };
  await withFolder(files, async (folder) => {
    const { code, stdout, stderr } = await load("--rules", folder);
    assertEquals([code, stdout, stderr], [7, "b,a", ""]);
  });
});

Deno.test("withRules() names every broken file, and ends with 1", async () => {
  const files = { "1.ts": BROKEN, "2.ts": "export x y\n", "3.ts": SOUND };
  await withFolder(files, async (folder) => {
    const { code, stdout, stderr } = await load("--rules", folder);
    assertEquals([code, stdout], [1, ""]);
    const lines = stderr.split("\n");
    assertStringIncludes(lines[0] ?? "", "1.ts:2: request: got 1, wants");
    assertStringIncludes(lines[1] ?? "", "2.ts:1:");
    assertEquals(lines[2], "2 files are broken.");
  });
});

Deno.test("withRules() goes on without broken files where that is asked for", async () => {
  await withFolder({ "1.ts": BROKEN, "3_a.ts": SOUND }, async (folder) => {
    const result = await load("--rules", folder, "--skip-broken-rules");
    assertEquals([result.code, result.stdout], [7, "a"]);
    assertStringIncludes(result.stderr, "left out: 1.ts:2:");
  });
});

Deno.test("withRules() wants a folder", async () => {
  await withFolder({ file: "" }, async (folder) => {
    const cases: [path: string, why: string][] = [
      [join(folder, "none"), "there is none"],
      [join(folder, "file"), "it is no folder"],
      ["off", "rules are off"],
    ];
    for (const [path, why] of cases) {
      const { code, stderr } = await load("--rules", path);
      assertEquals(code, 1);
      assertStringIncludes(stderr, `Cannot load the rules folder "${path}"`);
      assertStringIncludes(stderr, why);
    }
  });
});

Deno.test("withRules() refuses what the proxy refuses", async () => {
  await assertRejects(() => load("--rule", "x"), OptionError, "--rule");
  await assertRejects(() => load("--rule-timeout", "5"), OptionError, "500ms");
});
