import { assertEquals, assertStringIncludes } from "@std/assert";
import { html, htmlText } from "../../src/admin/html.ts";
import { whyPage, whyUnknownPage } from "../../src/admin/why_page.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { NASTY_STRINGS } from "../log/nasty_strings.ts";
import { storedSample } from "../log/stored_sample.ts";
import { assertSameSkeleton } from "./markup.ts";

const SHELL = { version: "1.2.3", rules: undefined };
const ADDRESS = "http://127.0.0.1:8080";

async function shown(changes: Partial<ExchangeRecord>): Promise<string> {
  const { title, body } = whyPage(storedSample(changes), ADDRESS);
  return await htmlText(html`${title} ${body}`);
}

function everywhere(text: string): Partial<ExchangeRecord> {
  return {
    id: text,
    client: { ip: text, port: 1, user: text },
    method: text,
    url: text,
    targetHost: text,
    targetAddress: text,
    rule: text,
    reason: text,
    cacheStatus: text,
    policyVersion: text,
    errorCode: text,
    errorMessage: text,
    decisions: [{
      rule: text,
      phase: text,
      action: text,
      reason: text,
      report: true,
      ms: 1,
    }],
  };
}

Deno.test("whyPage() says where no client was waiting", async () => {
  const text = await shown({ client: { ip: "", port: 0 } });
  assertStringIncludes(text, "none waited");
});

Deno.test("whyPage() tells who decided, every decision and every time", async () => {
  const text = await shown({
    outcome: "blocked",
    status: 403,
    rule: "installers",
    reason: "not allowed",
    decisions: [
      {
        rule: "tag",
        phase: "request",
        action: "rewrite",
        reason: "",
        report: true,
        ms: 0.2,
      },
      {
        rule: "installers",
        phase: "request",
        action: "block",
        reason: "not allowed",
        report: false,
        ms: 0.1,
      },
    ],
  });
  for (
    const part of [
      "<b>installers</b> decided this: not allowed",
      "report only",
      "0.2 ms",
      "198.51.100.7",
      "Connected",
      "3.5 ms",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.includes("TLS handshake"), false);
});

Deno.test("whyPage() says so when nobody decided anything", async () => {
  assertStringIncludes(await shown({}), "No rule or list had the last word");
  const failed = await shown({
    outcome: "error",
    errorCode: "dns_error",
    errorMessage: "no address",
  });
  assertStringIncludes(failed, "It failed (dns_error): no address");
});

Deno.test("whyPage() shows time, how to repeat it and what rules say now", async () => {
  const text = await shown({ method: "POST" });
  assertStringIncludes(text, '<div class="timing">');
  assertStringIncludes(text, `curl -v -x ${ADDRESS} -X POST`);
  assertStringIncludes(text, "/admin/rules/explain?url=http");
  assertStringIncludes(text, "&amp;method=POST");
  assertStringIncludes(text, "/admin/logs?host=www.example.com");
});

Deno.test("whyPage() asks rules about anybody where no client was waiting", async () => {
  const text = await shown({ client: { ip: "", port: 0 } });
  assertStringIncludes(text, "/admin/rules/explain?url=http");
  assertEquals(text.includes("client="), false);
});

Deno.test("whyPage() has no link to others where there is no host", async () => {
  const text = await shown({
    targetHost: "",
    targetPort: 0,
    targetAddress: "",
  });
  assertEquals(text.includes("Others of this host"), false);
});

Deno.test("whyPage() names the time zone of its time", async () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  assertStringIncludes(await shown({}), ` ${timeZone}</time>`);
});

Deno.test("whyPage() escapes whatever is in a record", async () => {
  const like = await shown(everywhere("x"));
  for (const nasty of NASTY_STRINGS) {
    if (nasty === "") continue;
    assertSameSkeleton(await shown(everywhere(nasty)), like);
  }
});

Deno.test("whyUnknownPage() explains, and escapes the id", async () => {
  const like = await htmlText(whyUnknownPage(SHELL, "x"));
  assertStringIncludes(like, "There is no record of an exchange x.");
  for (const nasty of NASTY_STRINGS) {
    assertSameSkeleton(await htmlText(whyUnknownPage(SHELL, nasty)), like);
  }
});
