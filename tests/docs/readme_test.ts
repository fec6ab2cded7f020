/** That what the pages for users show can be done as they show it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readCaRequest } from "../../src/cli/ca_request.ts";
import { readCacheRequest } from "../../src/cli/cache_command.ts";
import { parseCommand } from "../../src/cli/command.ts";
import { resolveSettings } from "../../src/config.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";
import { runToEnd } from "../cli/child_proxy.ts";
import {
  blocks,
  commands,
  isThere,
  linkedPaths,
  type Page,
  page,
} from "./pages.ts";

const README = page("README.md");
const PAGES = [
  README,
  page("src/README.md"),
  page("docs/cache.md"),
  page("docs/lists.md"),
  page("docs/interception.md"),
];
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));

/** Flags of curl and browsers, and of commands of their own. */
const OTHERS = /^--(?:proxy-server|proxy-cacert|cacert|out|prefix|help)$/;

/** Commands whose runs the test below compares with the page. */
const RUN_HERE = ["init", "check", "explain"];

Deno.test("the pages name options that there are", () => {
  const names = new Set(ALL_OPTIONS.map(({ name }) => `--${name}`));
  for (const { path, text } of PAGES) {
    for (const [flag] of text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) {
      const isNegation = names.has(flag.replace(/^--no-/, "--"));
      const isKnown = names.has(flag) || isNegation || OTHERS.test(flag);
      assert(isKnown, `${path}: ${flag}`);
    }
  }
});

Deno.test("the pages link to pages that there are", () => {
  for (const shown of PAGES) {
    for (const target of linkedPaths(shown)) {
      assert(isThere(target), `${shown.path}: ${target}`);
    }
  }
});

Deno.test("src/README.md names files that there are", () => {
  const map = page("src/README.md").text;
  const table = map.slice(map.indexOf("Everything that grows has a cap"));
  const files = [...table.matchAll(/`([a-z_\d]+\/[a-z_/\d]+\.ts)`/g)]
    .map(([, path]) => `src/${path}`);
  assert(files.length > 30);
  for (const path of files) assert(isThere(path), path);
  const sources = [...Deno.readDirSync(new URL("../../src", import.meta.url))]
    .filter(({ name }) => name !== "README.md");
  for (const { name, isDirectory } of sources) {
    assertStringIncludes(map, isDirectory ? `\`${name}/` : `\`${name}\``);
  }
});

Deno.test("the pages' commands are taken", () => {
  for (const shown of PAGES) {
    for (const words of commands(shown)) {
      const { command, args } = parseCommand(words);
      if (command === "run") settingsOf(args);
      else if (command === "ca") readCaRequest(args);
      else if (command === "cache") readCacheRequest(args);
      else {
        const isKnown = [...RUN_HERE, "demo", "help"].includes(command);
        assert(isKnown, `${shown.path}: ${words.join(" ")}`);
      }
    }
  }
});

Deno.test("the README's first rules do what it shows", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_readme_" });
  try {
    await runReadme(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function runReadme(folder: string): Promise<void> {
  const rules = join(folder, "my-rules");
  const shown = commands(README).filter(([command]) =>
    RUN_HERE.includes(command ?? "")
  );
  assertEquals(shown.map(([command]) => command), RUN_HERE);
  for (const args of shown) {
    const { code, stdout, stderr } = await runToEnd(args, { cwd: folder });
    assertEquals([code, stderr], [0, ""], args.join(" "));
    if (args[0] === "init") await saveRule(README, rules);
    if (args[0] === "explain") assertShown(stdout);
  }
  await saveRule(page("docs/cache.md"), rules);
  await assertTyped(rules);
  const { code } = await runToEnd(["check", "--rules", rules]);
  assertEquals(code, 0);
}

/** Saves the one rule of a page under the name that the README gives its own. */
async function saveRule(shown: Page, folder: string): Promise<void> {
  const [rule = "", ...others] = blocks(shown, "ts");
  assertEquals(others, []);
  const name = shown === README ? "20_no_installers.ts" : "30_pictures.ts";
  await Deno.writeTextFile(join(folder, name), rule);
}

async function assertTyped(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--config", CONFIG, "."],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** What the page shows of a run, but for columns and times. */
function assertShown(stdout: string): void {
  const [shown = ""] = README.text.slice(README.text.indexOf("phase    rule"))
    .split("\n```");
  const plain = (text: string) =>
    text.trim().replace(/ +/g, " ").replace(/(block) [\d.]+ /, "$1 MS ");
  assertEquals(plain(stdout), plain(shown));
}

function settingsOf(args: string[]): void {
  resolveSettings({
    args,
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  });
}
