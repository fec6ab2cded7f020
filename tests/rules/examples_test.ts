/**
 * Every example does what it says: for each a message on which it acts and one on which it
 * does not. All of them together load as a rule set.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Rule } from "../../src/policy/rule.ts";
import {
  connect,
  decide,
  fakeState,
  type MadeUpMessage,
  request,
  response,
} from "../../src/policy/testing.ts";
import { loadFolder, withFolder } from "./rule_folder.ts";

const FOLDER = new URL("../../rules/examples/", import.meta.url);

/** A message and what is decided: an action and its reason, or that there is none. */
type Case = [message: MadeUpMessage, action?: string, reason?: string];

/** Noon is the default time: a Monday. */
function at(hour: number, day = 2): Date {
  return new Date(2026, 1, day, hour, 30);
}

function post(url: string): MadeUpMessage {
  return request(url, { method: "POST", body: "x" });
}

function withCookie(cookie: string): MadeUpMessage {
  return request("http://shop.example.com/", { headers: { cookie } });
}

function json(url: string, body: string): MadeUpMessage {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return response(url, { headers, body });
}

const CASES: Readonly<Record<string, Case[]>> = {
  allow_list: [
    [request("http://EXAMPLE.com./")],
    [request("http://a.example.org/")],
    [connect("www.example.com:443")],
    [
      request("http://example.org/"),
      "block",
      "example.org is not on the allow list",
    ],
    [
      connect("evil.test:443"),
      "block",
      "evil.test is not on the allow list",
    ],
  ],
  block_downloads: [
    [
      request("http://x.ads.example/"),
      "block",
      "x.ads.example is on the list of blocked hosts",
    ],
    [
      connect("tracker.example:443"),
      "block",
      "tracker.example is on the list of blocked hosts",
    ],
    [
      request("http://a.test/a/%2e%2e/Setup.EX%45?v=1"),
      "block",
      "programs come from downloads.example",
    ],
    [request("http://downloads.example/setup.exe")],
    [request("http://a.test/exe")],
    [request("http://sub.tracker.example/")],
  ],
  cache_static: [
    [
      response("http://a.test/a.png", {
        headers: { "content-type": "image/png" },
      }),
      "cache",
      "static asset",
    ],
    [response("http://a.test/", { headers: { "content-type": "text/html" } })],
    [
      response("http://a.test/a.css", {
        headers: { "content-type": "text/css", "set-cookie": "a=1" },
      }),
    ],
    [request("http://a.test/a.png")],
  ],
  canary: [
    [withCookie("a=b; canary=1"), "rewrite", "canary by cookie"],
    [withCookie("canary=10")],
    [withCookie("mycanary=1")],
    [request("http://shop.example.com/")],
  ],
  client_quota: [[request("http://a.test/")]],
  inject_header: [
    [
      request("http://test.example.com/"),
      "rewrite",
      "marked as test traffic",
    ],
    [
      response("http://a.test.example.com/"),
      "rewrite",
      "header fields hardened",
    ],
    [request("http://www.example.com/")],
  ],
  map_local: [
    [
      request("http://www.example.com/?a"),
      "respond",
      "answered from map_local.html",
    ],
    [request("http://www.example.com/other")],
    [post("http://www.example.com/")],
  ],
  map_remote: [
    [
      request("http://API.example.com/v1?a=b"),
      "rewrite",
      "api.example.com is mapped to http://127.0.0.1:3000",
    ],
    [connect("api.example.com:443")],
    [request("http://www.example.com/v1")],
  ],
  mock_api: [
    [request("http://api.example.com/users/7"), "respond", "mocked user"],
    [post("http://api.example.com/payments/1"), "respond", "mocked failure"],
    [request("http://api.example.com/orders")],
  ],
  office_hours: [
    [
      request("http://www.video.example/", {
        client: "10.20.3.4",
        time: at(9),
      }),
      "block",
      "www.video.example is for after work",
    ],
    [
      request("http://video.example/", { client: "10.20.3.4", time: at(12) }),
    ],
    [
      request("http://video.example/", {
        client: "10.20.3.4",
        time: at(10, 7),
      }),
    ],
    [request("http://video.example/", { client: "10.21.3.4", time: at(10) })],
  ],
  private_browsing: [
    [
      request("http://a.test/p?utm_source=x&q=%C3%A9&gclid=1"),
      "rewrite",
      "private browsing",
    ],
    [
      request("http://a.test/", { headers: { Referer: "http://b.test/" } }),
      "rewrite",
      "private browsing",
    ],
    [request("http://a.test/p?q=utm_source")],
    [connect("a.test:443", { headers: { from: "me" } })],
  ],
  redact_json: [
    [
      json("http://crm.example.com/1", '{"a":[{"email":"x"}],"phone":1}'),
      "rewrite",
      "2 members redacted",
    ],
    [json("http://crm.example.com/1", '{"name":"x"}')],
    [json("http://crm.example.com/1", "")],
    [json("http://www.example.com/1", '{"email":"x"}')],
  ],
  redirect: [
    [
      request("http://wiki.example.com/a?b"),
      "redirect",
      "the wiki is docs.example.com now",
    ],
    [request("http://docs.example.com/a?b")],
    [connect("wiki.example.com:443")],
  ],
  report_trial: [
    [post("http://a.test/"), "block", "POST to a.test is an upload"],
    [request("http://a.test/")],
    [post("http://www.example.com/")],
  ],
};

for (const file of ruleFiles()) {
  const name = file.replace(/\.ts$/, "");
  Deno.test(`the example ${name} acts where it should, and nowhere else`, async () => {
    const rule = await example(name);
    const cases = CASES[name] ?? [];
    assertEquals(cases.some((each) => each.length === 1), true, "none passes");
    for (const [message, action, reason] of cases) {
      const verdict = await decide(rule, message);
      assertEquals([verdict.action, verdict.reason], [action, reason]);
    }
  });

  Deno.test(`the example ${name} has ten to forty lines`, async () => {
    const text = await Deno.readTextFile(new URL(file, FOLDER));
    const lines = text.trimEnd().split("\n").length;
    assertEquals(lines >= 10 && lines <= 40, true, `${lines} lines`);
  });
}

Deno.test("the examples rewrite, redirect and answer as they say", async () => {
  const decisionOf = async (name: string, message: MadeUpMessage) =>
    (await decide(await example(name), message)).decision;
  const was = request("http://a.test/p?utm_source=x&q=%C3%A9&gclid=1", {
    headers: { from: "me" },
  });
  assertEquals(await decisionOf("private_browsing", was), {
    action: "rewrite",
    url: "http://a.test/p?q=%C3%A9",
    removeHeaders: ["from"],
    setHeaders: { "sec-gpc": "1" },
    reason: "private browsing",
  });
  const only = request("http://a.test/p?fbclid=1");
  const cleaned = await decisionOf("private_browsing", only);
  assertEquals(cleaned?.action === "rewrite" && cleaned.url, "http://a.test/p");
  const mapped = await decisionOf(
    "map_remote",
    request("http://api.example.com/v1?a=b"),
  );
  assertEquals(
    mapped?.action === "rewrite" && mapped.url,
    "http://127.0.0.1:3000/v1?a=b",
  );
  const moved = await decisionOf(
    "redirect",
    request("http://wiki.example.com/a?b"),
  );
  assertEquals(moved, {
    action: "redirect",
    location: "https://docs.example.com/a?b",
    status: 301,
    reason: "the wiki is docs.example.com now",
  });
  const local = await decisionOf(
    "map_local",
    request("http://www.example.com/"),
  );
  assertEquals(
    local?.action === "respond" && local.body,
    await Deno.readTextFile(new URL("map_local.html", FOLDER)),
  );
  const redacted = await decisionOf(
    "redact_json",
    json("http://crm.example.com/1", '{"a":[{"email":"x"}],"n":1}'),
  );
  assertEquals(
    redacted?.action === "rewrite" && redacted.body,
    '{"a":[{"email":"(redacted)"}],"n":1}',
  );
});

Deno.test("the example client_quota blocks past the quota, for that client, that day", async () => {
  const rule = await example("client_quota");
  const state = fakeState({ "used by 192.0.2.1": 999 });
  const ask = async (client: string) => {
    const message = request("http://a.test/", { client });
    return (await decide(rule, message, { state })).action;
  };
  assertEquals(await ask("192.0.2.1"), undefined);
  assertEquals(await ask("192.0.2.1"), "block");
  assertEquals(await ask("192.0.2.2"), undefined);
  const late = fakeState();
  await late.increment("used by ::1", 1_000, { ttlSeconds: 86_400 });
  const message = request("http://a.test/", { client: "::1" });
  const verdict = await decide(rule, message, { state: late });
  assertEquals(
    [verdict.action, verdict.reason],
    ["block", "the quota of 1000 requests a day is used up"],
  );
  late.advance(86_400);
  assertEquals(
    (await decide(rule, message, { state: late })).action,
    undefined,
  );
});

Deno.test("the examples load together, in the sandbox", async () => {
  await withFolder({}, async (folder) => {
    for await (const { name } of Deno.readDir(FOLDER)) {
      await Deno.copyFile(new URL(name, FOLDER), join(folder, name));
    }
    const names = await loadFolder(
      folder,
      ({ rules }) => rules.map(({ description }) => `${description.name}.ts`),
    );
    assertEquals(names, ruleFiles());
  });
});

function ruleFiles(): string[] {
  return [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts")).sort();
}

async function example(name: string): Promise<Rule> {
  const module: { default: Rule } = await import(
    new URL(`${name}.ts`, FOLDER).href
  );
  return module.default;
}
