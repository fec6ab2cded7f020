/**
 * That the rules' README can be followed: its code is extracted and type-checked, loaded by
 * the rule host, and its test is run; its tables name every field and action of the contract.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { templateFiles } from "../../src/cli/rule_template.ts";
import { SHAPES } from "../../src/policy/decision_shapes.ts";
import { FIELDS } from "../../src/policy/match_fields.ts";
import { explainPhase } from "../../src/cli/explained_phase.ts";
import {
  type MadeUpMessage,
  request,
  response,
} from "../../src/policy/made_up_message.ts";
import { loadFolder, withFolder } from "./rule_folder.ts";

const ROOT = new URL("../../", import.meta.url);
const README = await Deno.readTextFile(new URL("rules/README.md", ROOT));

function blocks(language: string): string[] {
  return [
    ...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms")),
  ]
    .map(([, code]) => code ?? "");
}

/** The README's files by name, in a folder as `init` makes it. */
async function readmeFiles(): Promise<Record<string, string>> {
  const files = (await templateFiles()).map(({ name, text }) => [name, text]);
  const code = blocks("ts").map((text, at) => [
    text.includes("Deno.test(")
      ? "20_no_installers_test.ts"
      : at === 0
      ? "20_no_installers.ts"
      : `${30 + at}_block.ts`,
    text.replaceAll('"../src/', `"${new URL("src/", ROOT)}`),
  ]);
  return Object.fromEntries([...files, ...code]);
}

async function deno(args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const output = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  )
    .join("\n");
  assertEquals(success, true, output);
  return output;
}

Deno.test("the README's rules and its test pass type check and run", async () => {
  await withFolder(await readmeFiles(), async (folder) => {
    const config = fromFileUrl(new URL("deno.json", ROOT));
    await deno(["check", "--config", config, "."], folder);
    const output = await deno(["test", "-A", "--config", config, "."], folder);
    assertStringIncludes(output, "2 passed");
  });
});

Deno.test("the README's rules load in the sandbox, and the first one by init with them", async () => {
  await withFolder(await readmeFiles(), async (folder) => {
    const names = await loadFolder(
      folder,
      ({ rules }) => rules.map(({ description }) => description.name),
    );
    assertEquals(names, [
      "first_rule",
      "no_installers",
      "31_block",
      "32_block",
    ]);
  });
});

Deno.test("the README's rules act in the sandbox as it says", async () => {
  await withFolder(await readmeFiles(), async (folder) => {
    await loadFolder(folder, async (set) => {
      const reasonFor = async (message: MadeUpMessage) =>
        (await explainPhase(set, message)).end?.decision?.reason;
      assertEquals(
        await reasonFor(request("http://hello.test/")),
        "the first rule says hello",
      );
      assertEquals(
        await reasonFor(request("http://anywhere.test/setup.exe")),
        "no installers from anywhere.test",
      );
      const page = response("http://intranet.example.com/", {
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<title>Plan</title>",
      });
      const draft = (await explainPhase(set, page)).message.responseBody;
      assertEquals(draft, "<title>Draft: Plan</title>");
      const search = request("http://search.example.com/");
      const reasons = await Promise.all(
        Array.from({ length: 101 }, () => reasonFor(search)),
      );
      assertEquals(reasons.filter((reason) => reason !== undefined), [
        "100 searches an hour",
      ]);
    });
  });
});

Deno.test("the README has a row for each field of a match and each action", () => {
  const names = [...Object.keys(FIELDS), "not", "any", ...Object.keys(SHAPES)];
  for (const name of names) {
    assertEquals(
      new RegExp(`^\\| \`${name}\` +\\|`, "m").test(README),
      true,
      name,
    );
  }
});

Deno.test("the README's links lead somewhere", async () => {
  for (const [, path = ""] of README.matchAll(/\]\(([^)#]+)/g)) {
    await Deno.stat(join(fromFileUrl(new URL("rules/", ROOT)), path));
  }
});
