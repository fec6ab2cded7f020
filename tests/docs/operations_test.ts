import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { run, TemporaryFolder } from "../clients/strangers.ts";
import { testWith } from "../requirement.ts";
import { resolveSettings, type Settings } from "../../src/config.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";

const PAGE = read("docs/operations.md");
const SECURITY = read("SECURITY.md");

/** Flags of other programs on these pages. */
const OTHERS =
  /^--(?:allow-(?:read|write|net|env|sys|run)|deny-net|cached-only|frozen|no-prompt|read-only|tmpfs|cap-drop|security-opt|memory|pids-limit|ulimit|restart)$/;

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

testWith(
  ["systemd-analyze"],
  "the unit of docs/operations.md is one that systemd takes, and exposes little",
  async () => {
    using folder = new TemporaryFolder();
    // Whether the program is there is looked at, too.
    const unit = block("ini").replace("/usr/bin/deno", Deno.execPath());
    const path = await folder.write("sluice.service", unit);
    const verified = await run("systemd-analyze", ["verify", path]);
    assertEquals([verified.code, verified.stderr], [0, ""]);
    // In tenths: up to 2.0 it is "OK".
    const judged = await run("systemd-analyze", [
      ...["security", "--offline=yes", "--threshold=20", path],
    ]);
    assertEquals(judged.code, 0, judged.text);
  },
);

testWith(
  ["systemd-analyze", "strace"],
  "the unit of docs/operations.md lets the runtime make its system calls",
  async () => {
    using folder = new TemporaryFolder();
    const trace = folder.file("trace");
    const { code, stderr } = await run("strace", [
      ...["-f", "-qq", "-o", trace, Deno.execPath(), "run", "-A"],
      ...["--no-check", "main.ts", "check", "--rules", "rules"],
    ], { cwd: fromFileUrl(new URL("../../", import.meta.url)) });
    assertEquals(code, 0, stderr);
    const text = await Deno.readTextFile(trace);
    const made = new Set(
      [...text.matchAll(/^\d+ +([a-z][a-z0-9_]*)\(/gm)].map(([, call]) =>
        call!
      ),
    );
    assert(made.size > 20, text.slice(0, 200));
    const allowed = new Set<string>();
    const filter = /^SystemCallFilter=(.*)$/m.exec(block("ini"))?.[1] ?? "";
    for (const one of filter.split(" ")) await allow(one, allowed);
    assertEquals([...made].filter((call) => !allowed.has(call)), []);
  },
);

/** Adds a system call, or all of a set that is named with "@". */
async function allow(name: string, allowed: Set<string>): Promise<void> {
  if (!name.startsWith("@")) return void allowed.add(name);
  const { text } = await run("systemd-analyze", ["syscall-filter", name]);
  const members = text.split("\n").slice(1).map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const member of members) await allow(member, allowed);
}
