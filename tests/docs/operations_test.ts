import { assert, assertEquals } from "@std/assert";
import { resolveSettings, type Settings } from "../../src/config.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";

const PAGE = read("docs/operations.md");
const SECURITY = read("SECURITY.md");

/** Flags of other programs on these pages. */
const OTHERS =
  /^--(?:allow-(?:read|write|net|env|sys|run)|deny-net|cached-only|frozen|no-prompt|read-only|tmpfs|cap-drop|security-opt|memory|pids-limit|ulimit)$/;

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** The block of that language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "s").exec(PAGE);
  assert(found !== null, language);
  return found[1]!;
}

/** The settings of the arguments behind `main.ts`. */
function settingsOf(words: string[]): Settings {
  return resolveSettings({
    args: words.slice(words.indexOf("main.ts") + 1),
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  }).settings;
}

Deno.test("the pages for operators name options that there are", () => {
  const names = new Set(ALL_OPTIONS.map(({ name }) => `--${name}`));
  for (
    const [flag] of (PAGE + SECURITY).matchAll(/(?<![\w-])--[a-z][a-z-]*/g)
  ) {
    assert(names.has(flag) || OTHERS.test(flag), flag);
  }
});

Deno.test("the unit of docs/operations.md starts a strict proxy", () => {
  const unit = block("ini").replaceAll("\\\n", " ");
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
  const settings = settingsOf(command.split(/\s+/));
  assertEquals(settings.host, "0.0.0.0");
  assertEquals(settings.authPath, "${CREDENTIALS_DIRECTORY}/users");
  assertEquals(settings.privateAddresses, "deny");
  assert(settings.tls !== undefined);
});

Deno.test("the container of docs/operations.md starts a strict proxy", () => {
  const file = block("dockerfile").replaceAll("\\\n", " ");
  const words = [...file.matchAll(/^(?:ENTRYPOINT|CMD) (\[.*\])$/gm)]
    .flatMap(([, list]) => JSON.parse(list!) as string[]); // Strings, by the format.
  const settings = settingsOf(words);
  assertEquals(settings.authPath, "/run/secrets/users");
  assertEquals(settings.connectPorts, [{ first: 443, last: 443 }]);
});
