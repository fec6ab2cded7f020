import { assertEquals, assertThrows } from "@std/assert";
import { join, resolve } from "@std/path";
import { ruleSetOptions } from "../../src/cli/rule_set_options.ts";
import { defaultSettings, OptionError } from "../../src/config.ts";

Deno.test("ruleSetOptions() grants nothing by default", () => {
  assertEquals(ruleSetOptions(defaultSettings()), {
    grants: { net: [], read: [] },
    ruleTimeoutMs: 1_000,
    skipBroken: false,
  });
});

Deno.test("ruleSetOptions() follows paths to what they are", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    Deno.mkdirSync(join(folder, "real"));
    Deno.symlinkSync(join(folder, "real"), join(folder, "link"));
    const rulesAllowRead = [join(folder, "link"), "not-there"];
    const { grants } = ruleSetOptions({ ...defaultSettings(), rulesAllowRead });
    assertEquals(grants?.read, [join(folder, "real"), resolve("not-there")]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("ruleSetOptions() refuses grants that a compiled executable can't give", () => {
  const settings = defaultSettings();
  const given = [
    { ...settings, rulesAllowNet: ["a.test", "b.test:81"] },
    { ...settings, rulesAllowRead: ["lists"] },
  ];
  const messages = [
    '--rules-allow-net: got "a.test,b.test:81"',
    '--rules-allow-read: got "lists"',
  ];
  for (const [at, each] of given.entries()) {
    ruleSetOptions(each, false);
    const refused = () => ruleSetOptions(each, true);
    assertThrows(refused, OptionError, messages[at]);
  }
  assertEquals(ruleSetOptions(settings, true), ruleSetOptions(settings));
});
