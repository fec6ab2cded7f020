/** That docs/admin-api.md holds: its examples run as they stand, and its routes are all there are. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { AdminSite } from "../admin/admin_site.ts";
import { SampleStats } from "../admin/sample_stats.ts";
import { type RunningProxy, startProxy } from "../../src/cli/start_proxy.ts";
import { defaultSettings } from "../../src/config.ts";
import { prometheus } from "../../src/stats/prometheus.ts";
import { SAMPLE_PARTS } from "../stats/sample_parts.ts";
import { testWith } from "../requirement.ts";
import { blocks, page } from "./pages.ts";

const PAGE = page("docs/admin-api.md");
const TOKEN = "t".repeat(43);
const ADS = `export default {
  match: { host: "ads.example" },
  request: () => ({ action: "block", reason: "no ads" }),
};`;

/** Runs with a proxy that has a rule, one record, and a data folder. */
async function withProxy(
  play: (folder: string, proxy: RunningProxy) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const rulesPath = join(folder, "rules");
  await Deno.mkdir(rulesPath);
  await Deno.writeTextFile(join(rulesPath, "10_ads.ts"), ADS);
  await Deno.mkdir(join(folder, "data"));
  await Deno.writeTextFile(join(folder, "data/admin-token"), `${TOKEN}\n`);
  await Deno.writeTextFile(join(folder, "easylist.txt"), "||ads.example^\n");
  const settings = {
    ...defaultSettings(),
    port: 0,
    logFile: undefined,
    rulesPath,
    kvPath: ":memory:",
  };
  const proxy = await startProxy(settings, undefined, undefined, TOKEN);
  try {
    await play(folder, proxy);
  } finally {
    await proxy.stop();
    await proxy.served;
    await Deno.remove(folder, { recursive: true });
  }
}

/** The examples as a script: each command has to do. */
function script({ address }: RunningProxy): string {
  const examples = blocks(PAGE, "sh").join("\n")
    .replaceAll("http://127.0.0.1:8080", address);
  return [
    "set -eu -o pipefail",
    'curl() { command curl -sS --noproxy "*" --fail-with-body "$@"; }',
    `command curl -sS -o blocked -x ${address} http://ads.example/x`,
    examples.replace(/^curl .*cache\/entry.*$/m, (line) => `! ${line}`),
  ].join("\n");
}

testWith(
  ["bash", "curl"],
  "docs/admin-api.md has examples that run as they stand",
  () =>
    withProxy(async (folder, proxy) => {
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["-c", script(proxy)],
        cwd: folder,
      }).output();
      const text = new TextDecoder().decode(stdout);
      const errors = new TextDecoder().decode(stderr);
      assertEquals(code, 0, `${text}\n${errors}`);
      for (
        const part of [
          '"outcome":"blocked"',
          '"deleted":0',
          '"purged":0',
          '"entry":{"entry":".ads.example"',
          "blocked by .ads.example (admin page)",
          '"removed":"easylist.txt"',
          '"switchedTo":"report"',
          "outcome: blocked 403 by ads: no ads",
          '"capacity":[',
          '"isLoggedIn":false',
        ]
      ) assert(text.includes(part), `${part} in ${text}`);
      assertEquals(
        await Deno.readTextFile(join(folder, "easylist.copy")),
        "||ads.example^\n",
      );
    }),
);

Deno.test("docs/admin-api.md names metrics that there are", () => {
  const { statistics } = new SampleStats();
  const text = prometheus({ ...statistics.snapshot(), parts: SAMPLE_PARTS });
  const saved = "sluice_statistics_saved_timestamp_seconds";
  const named = PAGE.text.match(/`(?:sluice|process)_\w+`/g) ?? [];
  assert(named.length > 15);
  for (const name of named.map((code) => code.slice(1, -1))) {
    // Of statistics that are kept nowhere nobody knows when.
    const isThere = name === saved || text.includes(`# TYPE ${name} `);
    assert(isThere, name);
  }
});

Deno.test("docs/admin-api.md names every route, and none that there is not", async () => {
  await using site = await AdminSite.open();
  const routes = site.app.routes
    .filter(({ method, path }) =>
      method !== "ALL" && path.startsWith("/admin/")
    )
    .map(({ path }) => path.replace("/:id", "/$ID").replace(/\/$/, ""));
  const named = [...PAGE.text.matchAll(/\$PROXY(\/admin[\w/.$-]*)/g)]
    .map(([, path]) => path!.replace(/\.json$/, ""));
  // These two are pages: a question before a deletion, and the same by a form.
  const wanted = new Set(
    routes.filter((path) => path !== "/admin/logs/delete"),
  );
  assertEquals([...new Set(named)].sort(), [...wanted].sort());
});
