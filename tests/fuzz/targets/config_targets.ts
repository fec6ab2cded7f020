/**
 * What an operator writes: whatever it is, it is settings or an OptionError that names the
 * option; and one value means the same as flag, in the environment and in the file.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  OptionError,
  resolveSettings,
  type Settings,
  type SettingsInput,
} from "../../../src/config.ts";
import {
  environmentName,
  isTakenFrom,
  type Option,
} from "../../../src/config/option.ts";
import { OPTIONS } from "../../../src/config/options.ts";
import { type Target, textTarget } from "../target.ts";

const ALL: readonly Option[] = Object.values(OPTIONS);

const VALUES = [
  ..."1 0 -1 1e3 0x10 01 99999999999999999999 10s 5m 24h 1ms 64MiB 1GiB 10k on off true false"
    .split(" "),
  ..."example.com *.example.com .example.com 10.0.0.0/8 [::1]:443 ::1 127.0.0.1:0 a,b , ,, 100/10s 1-2"
    .split(" "),
  "http://user:secret@proxy.example:3128",
  "socks5://[::1]",
  "\0",
  "\n",
  "%",
  "",
  " ",
  "\u00fc",
  "\ud800",
  "constructor",
  "__proto__",
];

const JSON_TOKENS = [
  ...'{ } [ ] , : " \\ // /* */ null true 1e999 -0 \\u0000 "__proto__":1 "port":"80" "port":80 "block":["a"]'
    .split(" "),
  "\n",
  "\ufeff",
  "\u2028",
];

/** The targets. */
export function configTargets(): Target[] {
  return [
    textTarget({
      name: "flags",
      seeds: ALL.map(({ name }) => `--${name}\u001f1`).concat("-p\u001f1"),
      tokens: [...VALUES, "--", "=", "-", "--no-", "\u001f", "--port"],
      maxLength: 4 * 1024,
      check: (input) => void settingsOf({ args: input.split("\u001f") }),
    }),
    textTarget({
      name: "config file",
      seeds: [
        '{ "port": 80, "block": ["a.example", "b"], // why\n "open": true, }',
        "{}",
        '/* a */ { "log-query": "off" }',
      ],
      tokens: [...JSON_TOKENS, ...ALL.map(({ name }) => `"${name}":`)],
      check: (input) =>
        void settingsOf({
          args: ["--config", "x"],
          readConfigFile: () => input,
        }),
    }),
    textTarget({
      name: "option value",
      seeds: VALUES,
      tokens: VALUES,
      check: checkSources,
      // Read three times for each option.
      baseMs: 1000,
      microsPerCharacter: 150,
      maxLength: 8 * 1024,
    }),
  ];
}

function checkSources(input: string): void {
  if (input === "") return;
  for (const option of ALL) {
    const { name, kind } = option;
    if (name === "config" || kind.form === "switch") continue;
    if (
      !["flag", "environment", "file"].every((source) =>
        // Each of them is a source.
        isTakenFrom(option, source as "flag")
      )
    ) continue;
    const asFlag = settingsOf({ args: [`--${name}=${input}`] }, name);
    const env = { [environmentName(option)]: input };
    assertEquals(settingsOf({ env }, name), asFlag, name);
    const text = JSON.stringify({ [name]: input });
    const file = { args: ["--config", "x"], readConfigFile: () => text };
    const asFile = settingsOf(file, name);
    // JSON has no lone surrogates to give.
    if (input.isWellFormed()) assertEquals(asFile, asFlag, name);
  }
}

/** The settings without where they came from; "refused" for an OptionError. */
function settingsOf(
  input: Partial<SettingsInput>,
  name?: string,
): Settings | "refused" {
  try {
    return resolveSettings({
      args: [],
      env: {},
      readConfigFile: () => "{}",
      isTerminal: false,
      ...input,
    }).settings;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    if (name !== undefined) {
      const isSecret = error.message.includes("user:secret@");
      assertEquals(isSecret && name === "upstream", false, "it is shown");
      const spelled = error.message.toLowerCase().replaceAll("_", "-");
      assertStringIncludes(spelled, name);
    }
    return "refused";
  }
}
