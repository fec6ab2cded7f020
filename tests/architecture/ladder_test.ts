import { assertEquals, assertMatch } from "@std/assert";
import { importBreach } from "./ladder.ts";

const ALLOWED: [from: string, to: string][] = [
  ["src/http1/head.ts", "src/errors.ts"],
  ["src/net/conn.ts", "src/net/pool.ts"],
  ["src/net/conn.ts", "src/http1/head.ts"],
  ["src/proxy/handle.ts", "src/sandbox/host.ts"],
  ["src/admin/pages.ts", "src/proxy/services.ts"],
  ["src/cli/run.ts", "src/admin/pages.ts"],
  ["src/cli/version.ts", "deno.json"],
  ["src/config.ts", "src/config/options.ts"],
  ["main.ts", "src/cli/run.ts"],
  ["main.ts", "src/config.ts"],
  ["src/std/path/mod.ts", "src/std/path/join.ts"],
  ["tests/main_test.ts", "src/cli/help.ts"],
];

const REFUSED: [from: string, to: string, said: RegExp][] = [
  ["src/errors.ts", "src/http1/head.ts", /errors must not import http1/],
  ["src/net/conn.ts", "src/cache/entry.ts", /don't import each other/],
  ["src/policy/rule.ts", "src/log/record.ts", /don't import each other/],
  ["src/stats/counter.ts", "src/sandbox/host.ts", /don't import each other/],
  ["src/log/record.ts", "src/proxy/exchange.ts", /imports go down/],
  ["src/proxy/server.ts", "src/config.ts", /must not import config/],
  ["src/admin/pages.ts", "src/cli/version.ts", /must not import cli/],
  ["src/admin/pages.ts", "src/config/options.ts", /must not import config/],
  ["src/cli/run.ts", "main.ts", /must not import main/],
  ["src/cli/run.ts", "tests/x.ts", /neither in src\/ nor a package/],
  ["src/other/x.ts", "src/errors.ts", /no step/],
  ["src/std/path/mod.ts", "src/errors.ts", /knows nothing of the project/],
];

Deno.test("importBreach() lets imports go down", () => {
  for (const [from, to] of ALLOWED) {
    assertEquals(importBreach(from, to), undefined, `${from} ${to}`);
  }
});

Deno.test("importBreach() names what goes up, sideways or out", () => {
  for (const [from, to, said] of REFUSED) {
    assertMatch(importBreach(from, to) ?? "", said, `${from} ${to}`);
  }
});
