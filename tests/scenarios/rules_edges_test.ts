/** Scenarios of decisions at the edges of what HTTP allows. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { rulesScenarioOverBoth } from "./rules_folder.ts";

/** A rule that decides what the header field `x-do` says, as JSON. */
const DOES = `{
  request: ({ headers }) => JSON.parse(headers.get("x-do") ?? "null"),
}`;
const DOES_TO_RESPONSES = `{
  response: ({ request: { headers } }) => JSON.parse(headers.get("x-do") ?? "null"),
}`;

function doing(decision: unknown): string {
  return `X-Do: ${JSON.stringify(decision)}`;
}

rulesScenarioOverBoth(
  "what can't stand on the wire fails its rule, and sends nothing of it",
  { "does.ts": DOES },
  async ({ client, records, origin }) => {
    const split = "a\r\nX-Split: 1";
    const decisions: unknown[] = [
      { action: "respond", status: 204, body: "x" },
      { action: "respond", status: 304, body: "x" },
      { action: "respond", status: 100 },
      { action: "redirect", location: "/\u00e4" },
      { action: "redirect", location: "/a\r\nX-Split: 1" },
      { action: "redirect", location: "javascript:alert(1)" },
      { action: "redirect", location: "/a", status: 304 },
      { action: "rewrite", method: "CONNECT" },
      { action: "rewrite", method: "GET /x HTTP/1.1" },
      { action: "rewrite", url: "http://origin.test/ HTTP/1.1" },
      { action: "rewrite", url: "ftp://origin.test/" },
      { action: "rewrite", url: "/relative" },
      { action: "rewrite", status: 200 },
      { action: "rewrite", upstream: "file:///etc" },
      { action: "intercept" },
      { action: "explode" },
      { action: "allow", resaon: "typo" },
      [{ action: "block", reason: "first" }, { action: "block" }],
      0,
      false,
      "allow",
      ...[
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "upgrade",
        "te",
        "proxy-authorization",
        "x split",
      ].flatMap((name) => [
        { action: "rewrite", setHeaders: { [name]: "1" } },
        { action: "respond", status: 200, headers: { [name]: "1" } },
        { action: "block", reason: "r", headers: { [name]: "1" } },
      ]),
      { action: "rewrite", setHeaders: { "x-a": split } },
      { action: "respond", status: 200, headers: { "x-a": ["b", split] } },
      { action: "rewrite", removeHeaders: ["content-length"] },
      { action: "rewrite", removeHeaders: ["host"] },
      { action: "rewrite", removeHeaders: ["x-*"] },
    ];
    const c = await client();
    for (const decision of decisions) {
      const line = doing(decision).replaceAll(
        /[^\x20-\x7e]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      await c.send(get(origin, "/", line));
      const got = await c.message();
      assertEquals(got.status, 503, line);
      assertEquals(got.head.has("x-split"), false);
      const record = await records.expect({
        status: 503,
        rule: "does",
        errorCode: "proxy_internal_error",
      });
      assertStringIncludes(record.reason, 'the rule "does" failed: ');
    }
    assertEquals(origin.accepted, 0);
  },
);

rulesScenarioOverBoth(
  "HEAD gets the head of what GET would get",
  { "does.ts": DOES },
  async ({ client, records, origin }) => {
    const c = await client();
    const cases = [
      [{ action: "respond", status: 200, body: "four" }, 200, "4"],
      [{ action: "respond", status: 204 }, 204, undefined],
      [
        { action: "respond", status: 304, headers: { etag: '"1"' } },
        304,
        undefined,
      ],
      [{ action: "block", reason: "r", body: "no", status: 451 }, 451, "2"],
      [{ action: "redirect", location: "?next", status: 307 }, 307, undefined],
    ] as const;
    for (const [decision, status, length] of cases) {
      await c.send(request("HEAD", origin, "/", doing(decision)));
      const { head } = await c.message(true);
      assertEquals([head.status, head.get("content-length")], [status, length]);
      assertEquals(head.has("transfer-encoding"), false);
      await records.expect({ status });
      await c.send(get(origin, "/", doing(decision)));
      const got = await c.message(status === 204 || status === 304);
      assertEquals(got.head.get("content-length") ?? "0", length ?? "0");
      await records.expect({ status });
    }
  },
);

rulesScenarioOverBoth(
  "a method is rewritten with the body that the request has, or gets",
  { "does.ts": DOES },
  async ({ client, records, origin }) => {
    const c = await client();
    const cases = [
      ["GET", [], "", { method: "POST" }, "POST", "0", ""],
      ["GET", [], "", { method: "POST", body: "new" }, "POST", "3", "new"],
      [
        "GET",
        ["Content-Length: 3"],
        "old",
        { method: "POST" },
        "POST",
        "3",
        "old",
      ],
      [
        "POST",
        ["Content-Length: 3"],
        "old",
        { method: "GET", body: "" },
        "GET",
        "0",
        "",
      ],
      [
        "POST",
        ["Content-Length: 3"],
        "old",
        { method: "PUT" },
        "PUT",
        "3",
        "old",
      ],
    ] as const;
    let o;
    for (const [method, lines, body, rewrite, to, length, sent] of cases) {
      const decision = doing({ action: "rewrite", ...rewrite });
      await c.send(request(method, origin, "/", decision, ...lines) + body);
      o ??= await origin.accept();
      const got = await o.message();
      assertEquals(got.head.startLine, `${to} / HTTP/1.1`);
      assertEquals([got.head.get("content-length"), got.body], [length, sent]);
      await o.send(answer("ok"));
      assertEquals((await c.message()).body, "ok");
      await records.expect({ status: 200, method });
    }
  },
);

rulesScenarioOverBoth(
  "a rewritten URL goes out as it was given, Host with it",
  { "does.ts": DOES },
  async ({ client, records, origin, scheme }) => {
    const c = await client();
    let o;
    for (const path of ["/a%2Fb/../c//d;x?y=%41&z=/..", "/%7E", "/", "/?"]) {
      const url = `${scheme}://ORIGIN.test.:${origin.port}${path}`;
      await c.send(head(
        "GET http://far.test/ HTTP/1.1",
        "Host: far.test",
        doing({ action: "rewrite", url }),
      ));
      o = await origin.accept();
      const sent = await o.head();
      assertEquals(sent.startLine, `GET ${path} HTTP/1.1`);
      assertEquals(sent.get("host"), `origin.test.:${origin.port}`);
      await o.send(head("HTTP/1.1 204 No Content", "Connection: close"));
      await c.message(true);
      await records.expect({ status: 204 });
    }
  },
);

rulesScenarioOverBoth(
  "a response to HEAD, and one without a body, takes no body from a rule",
  { "does.ts": DOES_TO_RESPONSES },
  async ({ client, records, origin }) => {
    const c = await client();
    const decision = doing({ action: "rewrite", body: "written" });
    const cases = [
      ["HEAD", head("HTTP/1.1 200 OK", "Content-Length: 99")],
      ["GET", head("HTTP/1.1 204 No Content")],
      ["GET", head("HTTP/1.1 304 Not Modified", 'ETag: "1"')],
    ] as const;
    for (const [method, came] of cases) {
      await c.send(request(method, origin, "/", decision));
      const peer = await origin.accept();
      await peer.head();
      await peer.send(came);
      peer.closeWrite();
      const got = await c.message(true);
      assertEquals(got.head.get("content-length"), undefined, came);
      await records.expect({ method });
    }
    await c.send(
      get(
        origin,
        "/",
        doing({
          action: "rewrite",
          setHeaders: { "set-cookie": ["a=1", "b=2"] },
          removeHeaders: ["server"],
        }),
      ),
    );
    const peer = await origin.accept();
    await peer.head();
    await peer.send(
      head(
        "HTTP/1.1 200 OK",
        "Set-Cookie: old=1",
        "Server: x",
        "Content-Length: 1",
      ) + "x",
    );
    const got = await c.message();
    assertEquals(
      got.head.lines.filter((line) => /^(?:set-cookie|server)/i.test(line)),
      ["set-cookie: a=1", "set-cookie: b=2"],
    );
    await records.expect({ status: 200 });
  },
);
