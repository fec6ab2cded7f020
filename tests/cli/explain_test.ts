import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { explain } from "../../src/cli/explain.ts";
import { OptionError } from "../../src/config.ts";
import { withFolder } from "../rules/rule_folder.ts";
import { spoken } from "./spoken.ts";

const FILES = {
  "10_ads.ts": `export default {
    match: { host: ".ads.test" },
    request: () => ({ action: "block", reason: "no ads" }),
  };`,
  "20_uploads.ts": `export default {
    match: { method: "POST", client: "10.0.0.0/8", header: { "x-a": "1, 2" } },
    request: ({ body, headers }) => ({ action: "redirect", location: "/no" }),
    needs: { requestBody: "text" },
  };`,
  "30_json.ts": `export default {
    match: { contentType: "application/json" },
    response: ({ status }) => ({ action: "rewrite", status: 500 }),
  };`,
  "40_night.ts": `export default {
    match: { hours: "22:00-06:00", user: "ann" },
    request(_request, context) {
      context.log("late\\nagain");
      return { action: "block", reason: "sleep" };
    },
  };`,
};

async function explained(...args: string[]): Promise<string[]> {
  let lines: string[] = [];
  await withFolder(FILES, async (folder) => {
    const { code, stdout, stderr } = await spoken(() =>
      explain(["--rules", folder, ...args])
    );
    assertEquals([code, stderr], [0, ""]);
    lines = stdout.replace(/ +\d+\.\d +/g, "  MS  ").split("\n");
  });
  return lines;
}

Deno.test("explain() shows each rule and the outcome", async () => {
  const lines = await explained("http://x.ads.test/");
  assertMatch(lines[0] ?? "", /^phase +rule +matched +verdict +ms +reason/);
  const said = lines.slice(1).map((line) => line.split(/ {2,}/).join("|"));
  assertEquals(said, [
    "request|ads|yes|block|MS|no ads",
    "request|uploads|no|ads has ended the phase",
    "request|json|no|ads has ended the phase",
    "request|night|no|ads has ended the phase",
    "",
    "outcome: blocked 403 by ads: no ads",
  ]);
});

Deno.test("explain() says first what lists do, and asks no rule about what they block", async () => {
  const blocked = await explained("http://x.test/", "--block", "x.test");
  assertEquals(blocked.filter((line) => line !== ""), [
    "Lists: blocked by x.test (--block): answered with 403, and no rule is asked.",
  ]);
  const other = await explained("http://x.test/", "--block", "y.test");
  assertEquals(other[0], "Lists: no list has an entry that fits.");
  assertMatch(other[2]!, /^phase +rule/);
});

Deno.test("explain() makes the request that is described", async () => {
  const upload = ["--method", "POST", "--client", "10.1.2.3"];
  const cases: [args: string[], outcome: RegExp][] = [
    [[...upload, "--header", "x-a: 1, 2", "--body", "x"], /redirected 302/],
    [[...upload, "--header", "x-a: 1"], /is forwarded/],
    [
      ["--time", "2026-02-02T23:00", "--user", "ann"],
      /by night: sleep\n {2}night logs: late again/,
    ],
    [["--time", "2026-02-02T12:00", "--user", "ann"], /is forwarded/],
  ];
  for (const [args, outcome] of cases) {
    const lines = await explained("http://a.test/", ...args);
    assertMatch(lines.join("\n"), outcome, args.join(" "));
  }
});

Deno.test("explain() goes on to the response", async () => {
  const type = "content-type: application/json; charset=utf-8";
  const lines = await explained(
    ...["http://a.test/", "--response-header", type],
    ...["--response-status", "201"],
  );
  const text = lines.join("\n");
  assertMatch(text, /^response +json +yes +rewrite/m);
  assertEquals(text.match(/ json /g)?.length, 1);
  assertMatch(text, /^outcome: .* its 500 passed on$/m);
});

Deno.test("explain() asks about the tunnel first for https", async () => {
  const blocked = await explained("https://x.ads.test/");
  assertMatch(blocked.join("\n"), /^connect +ads +yes +block/m);
  assertEquals(blocked.some((line) => line.startsWith("request")), false);
  const passed = await explained("https://a.test:8443/");
  assertMatch(passed.join("\n"), /^connect +ads[^]*^request +ads/m);
  const alone = await explained("a.test:443", "--method", "CONNECT");
  assertMatch(alone.join("\n"), /outcome: a tunnel to a\.test:443$/);
});

Deno.test("explain() refuses what no message can be", async () => {
  const cases: [args: string[], text: string][] = [
    [[], "URL: got nothing"],
    [["a.test"], "absolute URL"],
    [["ftp://a.test/"], "absolute URL"],
    [["http://a.test/", "--method", "CONNECT"], "a host and port"],
    [["http://a/", "--method", "A B"], "--method"],
    [["http://a/", "--client", "me"], "--client"],
    [["http://a/", "--header", "x"], "--header"],
    [["http://a/", "--header", "x: a\r\nb: c"], "--header"],
    [["http://a/", "--response-status", "99"], "--response-status"],
    [["http://a/", "--time", "noon"], "--time"],
    [["http://a/", "--nonsense"], "--nonsense"],
  ];
  for (const [args, text] of cases) {
    await assertRejects(() => explain(args), OptionError, text);
  }
});
