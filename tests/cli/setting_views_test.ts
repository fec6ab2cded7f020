import { assertEquals } from "@std/assert";
import { settingViews } from "../../src/cli/setting_views.ts";
import { resolveSettings } from "../../src/config.ts";

/** One setting by its name, as given. */
function viewOf(
  name: string,
  args: string[],
  env: Record<string, string> = {},
) {
  const resolved = resolveSettings({
    args,
    env,
    readConfigFile: () => '{ "log-keep": 7 }',
    isTerminal: false,
  });
  return settingViews(resolved).find((view) => view.name === name);
}

Deno.test("settingViews() tells each value as it was written, and where", () => {
  const value = (name: string, args: string[], env = {}) => {
    const view = viewOf(name, args, env);
    return [view?.value, view?.source];
  };
  assertEquals(value("head-timeout", []), ["10s", "default"]);
  assertEquals(value("head-timeout", ["--head-timeout", "1m"]), ["1m", "flag"]);
  assertEquals(value("port", [], { SLUICE_PORT: "1" }), [1, "environment"]);
  assertEquals(value("log-keep", ["--config", "x"]), [7, "file"]);
  assertEquals(value("auth-file", []), [null, "default"]);
});

Deno.test("settingViews() shows no password, whatever is in it", () => {
  for (const password of ["secret", "se,cret", "se@cret"]) {
    const view = viewOf("upstream", [
      "--upstream",
      `http://ann:${password}@127.0.0.1:1`,
    ]);
    assertEquals(view?.value, "http://***@127.0.0.1:1", password);
  }
});

Deno.test("settingViews() says what a default depends on", () => {
  assertEquals(viewOf("log-file", [])?.default, "access.log in --data");
  assertEquals(viewOf("log-file", [])?.value, "data/access.log");
});

Deno.test("settingViews() has values of their types, and one spelling for a default", () => {
  const views = (name: string, ...args: string[]) => {
    const view = viewOf(name, args);
    return [view?.value, view?.default];
  };
  assertEquals(views("open"), [false, false]);
  assertEquals(views("cache", "--no-cache"), [false, true]);
  assertEquals(views("log-query", "--log-query", "off"), [false, true]);
  assertEquals(views("cache-default-ttl"), ["0s", "0s"]);
  assertEquals(views("no-proxy", "--no-proxy", "a.test, b.test"), [
    ["a.test", "b.test"],
    [],
  ]);
  assertEquals(views("max-connections"), [4096, 4096]);
  assertEquals(views("tls-cert"), [null, null]);
});
