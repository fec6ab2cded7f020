import { assertEquals, assertStringIncludes } from "@std/assert";
import { settingsPage } from "../../src/admin/settings_page.ts";

const SETTING = {
  name: "port",
  group: "Listening",
  value: "80<b>",
  default: "8080",
  source: "flag",
  wants: "a number",
  environment: "SLUICE_PORT",
  description: "port to listen on",
  why: "",
} as const;

Deno.test("settingsPage() shows each option with value, source and default, escaped", () => {
  const settings = [SETTING, { ...SETTING, name: "host", value: null }];
  const view = { address: "http://127.0.0.1:1", settings, capacity: [] };
  const text = String(settingsPage(view).body);
  for (
    const part of [
      "--port",
      "80&lt;b&gt;",
      ">flag<",
      "8080",
      "a number",
      "SLUICE_PORT",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.match(/<h2 id="group-listening">/g)?.length, 1);
});

Deno.test("settingsPage() says that settings are not known, and what can run full", () => {
  const capacity = [{
    name: "Room",
    used: 9,
    most: 10,
    unit: "count" as const,
  }];
  const view = { address: "http://127.0.0.1:1", settings: [], capacity };
  const text = String(settingsPage(view).body);
  assertStringIncludes(text, "not known");
  assertStringIncludes(text, "90%");
});

Deno.test("settingsPage() says on and off, and none for what is not set", () => {
  const values = [true, false, [], ["a", "b"], 0, null, ""];
  const settings = values.map((value) => ({ ...SETTING, value }));
  const view = { address: "http://127.0.0.1:1", settings, capacity: [] };
  const text = String(settingsPage(view).body);
  const shown = [...text.matchAll(/<\/code><\/th><td\s*>(.*?)<\/td>/gs)]
    .map(([, cell = ""]) => cell.replace(/<[^>]*>/g, "").trim());
  assertEquals(shown, ["on", "off", "none", "a, b", "0", "none", "none"]);
});
