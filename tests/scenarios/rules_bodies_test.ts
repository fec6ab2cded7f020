/** Scenarios of bodies that rules read: decoded for them, passed on with the right length. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { answer, get, head, request } from "./requests.ts";
import { rulesScenarioOverBoth } from "./rules_folder.ts";

const latin1 = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

const SEES_REQUEST = `{
  needs: { requestBody: "text", maxBytes: 64 },
  request: ({ body }) => ({ action: "rewrite", setHeaders: { "x-saw": encodeURI(body) } }),
}`;

rulesScenarioOverBoth(
  "a request's body is read for a rule, and goes on unchanged with its length",
  { "sees.ts": SEES_REQUEST },
  async ({ client, records, origin }) => {
    const c = await client();
    const coded = latin1(gzipSync("h\u00e9llo"));
    const bodies: [lines: string[], wire: string, body: string, saw: string][] =
      [
        [["Content-Length: 3"], "abc", "abc", "abc"],
        [
          ["Transfer-Encoding: chunked"],
          "2\r\nab\r\n1\r\nc\r\n0\r\nX-T: 1\r\n\r\n",
          "abc",
          "abc",
        ],
        [
          [`Content-Length: ${coded.length}`, "Content-Encoding: gzip"],
          coded,
          coded,
          "h%C3%A9llo",
        ],
        [
          ["Content-Length: 1", "Content-Type: text/plain; charset=iso-8859-1"],
          "\xe9",
          "\xe9",
          "%C3%A9",
        ],
        [["Content-Length: 0"], "", "", ""],
      ];
    let o;
    for (const [lines, wire, body, saw] of bodies) {
      await c.send(request("POST", origin, "/", ...lines) + wire);
      o ??= await origin.accept();
      const sent = await o.message();
      assertEquals(sent.body, body);
      assertEquals(sent.head.get("x-saw"), saw);
      assertEquals(sent.head.get("content-length"), String(body.length));
      assertEquals(sent.head.has("transfer-encoding"), false);
      await o.send(answer("ok"));
      assertEquals((await c.message()).body, "ok");
      await records.expect({ status: 200 });
    }
  },
);

rulesScenarioOverBoth(
  "a client that waits for 100 is told to go on by the proxy",
  { "sees.ts": SEES_REQUEST },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(
      request("PUT", origin, "/", "Content-Length: 3", "Expect: 100-continue"),
    );
    assertEquals((await c.head()).status, 100);
    await c.send("abc");
    const o = await origin.accept();
    const sent = await o.message();
    assertEquals([sent.body, sent.head.has("expect")], ["abc", false]);
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await records.expect({ status: 200 });
  },
);

rulesScenarioOverBoth(
  "a longer body streams past a rule that skips it, whatever was read",
  { "sees.ts": SEES_REQUEST },
  async ({ client, records, origin }) => {
    const c = await client();
    const long = "x".repeat(200_000);
    const bomb = latin1(gzipSync(new Uint8Array(5_000_000)));
    let o;
    const cases: [lines: string[], wire: string, body: string][] = [
      [[`Content-Length: ${long.length}`], long, long],
      [
        ["Transfer-Encoding: chunked"],
        `30\r\n${"y".repeat(48)}\r\n${
          long.length.toString(16)
        }\r\n${long}\r\n0\r\n\r\n`,
        "y".repeat(48) + long,
      ],
      [
        [`Content-Length: ${bomb.length}`, "Content-Encoding: gzip"],
        bomb,
        bomb,
      ],
      [["Content-Length: 2", "Content-Encoding: what"], "ab", "ab"],
    ];
    for (const [lines, wire, body] of cases) {
      await c.send(request("POST", origin, "/", ...lines) + wire);
      o ??= await origin.accept();
      const sent = await o.message();
      assertEquals(sent.head.has("x-saw"), false);
      assertEquals(sent.body.length, body.length);
      assertEquals(sent.body, body);
      await o.send(answer("ok"));
      assertEquals((await c.message()).body, "ok");
      const record = await records.expect({ status: 200 });
      assertEquals(record.decisions, undefined);
    }
  },
);

rulesScenarioOverBoth(
  "a longer body is 413 where the rule says so",
  {
    "strict.ts": `{
      needs: { requestBody: "bytes", maxBytes: 4, onOverflow: "block" },
      request: ({ body }) => body.length === 3 && body instanceof Uint8Array
        ? { action: "respond", status: 200, body } : undefined,
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(request("POST", origin, "/", "Content-Length: 3") + "abc");
    assertEquals((await c.message()).body, "abc");
    await records.expect({ status: 200, outcome: "answered" });
    await c.send(request("POST", origin, "/", "Content-Length: 5") + "abcde");
    assertEquals((await c.message()).status, 413);
    await records.expect({ status: 413, outcome: "blocked", rule: "strict" });
    await c.end();
  },
);

rulesScenarioOverBoth(
  "a response whose body is longer is blocked as by a decision, where the rule says so",
  {
    "strict.ts": `{
      needs: { responseBody: "bytes", maxBytes: 4, onOverflow: "block" },
      response: () => undefined,
    }`,
    "trial.ts": `{
      mode: "report",
      needs: { responseBody: "bytes", maxBytes: 2, onOverflow: "block" },
      response: () => undefined,
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const bodies: string[][] = [
      ["Content-Length: 5", "abcde"],
      ["Transfer-Encoding: chunked", "5\r\nabcde\r\n0\r\n\r\n"],
      ["Content-Encoding: what", "a"],
    ];
    for (const [line = "", body = ""] of bodies) {
      await c.send(get(origin));
      const o = await origin.accept();
      await o.head();
      await o.send(head("HTTP/1.1 200 OK", line) + body);
      o.closeWrite();
      const got = await c.message();
      const record = await records.expect({
        status: 403,
        outcome: "blocked",
        rule: "strict",
      });
      const { id, reason } = record;
      assertEquals([got.status, JSON.parse(got.body)], [
        403,
        {
          blocked: {
            status: 403,
            rule: "strict",
            reason,
            id,
            why: `http://proxy-stats/why/${id}`,
          },
        },
      ]);
      assertStringIncludes(reason, "longer than the 4 bytes");
      assertStringIncludes(
        got.head.get("proxy-status") ?? "",
        "sluice; error=http_request_denied; details=",
      );
      await o.gone();
    }
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("abc"));
    assertEquals((await c.message()).body, "abc");
    const passed = await records.expect({ status: 200 });
    assertEquals(
      passed.decisions?.map(({ rule, report }) => [rule, report]),
      [["trial", true]],
    );
  },
);

const REDACTS = `{
  match: { contentType: "application/json" },
  needs: { responseBody: "text" },
  response: ({ body, request, status }) => {
    const value = JSON.parse(body);
    delete value.secret;
    return {
      action: "rewrite",
      body: JSON.stringify(value),
      setHeaders: { "x-about": status + " " + request.path },
    };
  },
}`;

rulesScenarioOverBoth(
  "a response's JSON is redacted, whatever it is coded in",
  { "redacts.ts": REDACTS },
  async ({ client, records, origin }) => {
    const c = await client();
    const json = JSON.stringify({ name: "é", secret: "s".repeat(1000) });
    const codings: [name: string | undefined, bytes: Uint8Array][] = [
      [undefined, new TextEncoder().encode(json)],
      ["gzip", gzipSync(json)],
      ["deflate", deflateSync(json)],
      ["deflate", deflateRawSync(json)],
      ["br", brotliCompressSync(json)],
      ["zstd", zstdCompressSync(json)],
      ["gzip, br", brotliCompressSync(gzipSync(json))],
    ];
    let o;
    for (const [coding, bytes] of codings) {
      await c.send(get(origin, "/j"));
      o ??= await origin.accept();
      await o.head();
      await o.send(
        head(
          "HTTP/1.1 200 OK",
          "Content-Type: application/json; charset=utf-8",
          `Content-Length: ${bytes.length}`,
          'ETag: "1"',
          ...(coding === undefined ? [] : [`Content-Encoding: ${coding}`]),
        ) + latin1(bytes),
      );
      const got = await c.message();
      assertEquals(got.body, '{"name":"\xc3\xa9"}', coding);
      assertEquals(got.head.get("content-length"), "13");
      assertEquals(got.head.has("content-encoding"), false);
      assertEquals(got.head.get("x-about"), "200 /j");
      await records.expect({ status: 200 });
    }
    // One connection served them all: an answer that was read whole leaves it usable.
    assertEquals(origin.accepted, 1);
    await c.send(get(origin, "/html"));
    await o!.head();
    await o!.send(answer("<p>"));
    assertEquals((await c.message()).body, "<p>");
    const plain = await records.expect({ status: 200 });
    assertEquals(plain.decisions, undefined);
  },
);

rulesScenarioOverBoth(
  "a rule that reads the request's body has it beside the response, as it went out",
  {
    "1_asks.ts": `{
      match: { method: "POST" },
      needs: { requestBody: "text", maxBytes: 64 },
      request: ({ body }) => body === "rewrite"
        ? { action: "rewrite", body: "rewritten" } : undefined,
      response: ({ request: { body } }) => ({
        action: "rewrite", setHeaders: { "x-text": encodeURI(typeof body + " " + body) },
      }),
    }`,
    "2_bytes.ts": `{
      needs: { requestBody: "bytes", maxBytes: 4 },
      response: ({ request: { body } }) => ({
        action: "rewrite",
        setHeaders: { "x-bytes": body instanceof Uint8Array ? "[" + body + "]" : String(body) },
      }),
    }`,
    "3_none.ts": `{
      response: ({ request }) => ({
        action: "rewrite", setHeaders: { "x-none": String("body" in request) },
      }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const gzipped = latin1(gzipSync("h\u00e9llo"));
    const cases: [
      lines: string[],
      wire: string,
      text: string,
      bytes: string,
    ][] = [
      [["Content-Length: 3"], "abc", "string abc", "[97,98,99]"],
      [["Content-Length: 7"], "rewrite", "string rewritten", "undefined"],
      [
        [`Content-Length: ${gzipped.length}`, "Content-Encoding: gzip"],
        gzipped,
        "string h%C3%A9llo",
        "undefined",
      ],
      [
        ["Content-Length: 99"],
        "x".repeat(99),
        "undefined undefined",
        "undefined",
      ],
      [["Content-Length: 0"], "", "string ", "[]"],
    ];
    let o;
    for (const [lines, wire, text, bytes] of cases) {
      await c.send(request("POST", origin, "/", ...lines) + wire);
      o ??= await origin.accept();
      await o.message();
      await o.send(answer("ok"));
      const { head } = await c.message();
      assertEquals(
        [head.get("x-text"), head.get("x-bytes"), head.get("x-none")],
        [text.replaceAll(" ", "%20").trim(), bytes, "false"],
      );
      await records.expect({ status: 200 });
    }
    await c.send(get(origin));
    await o!.head();
    await o!.send(answer("ok"));
    assertEquals((await c.message()).head.get("x-bytes"), "[]");
    await records.expect({ status: 200 });
  },
);

rulesScenarioOverBoth(
  "a request's body is kept for a rule that is asked about the response alone",
  {
    "audit.ts": `{
      match: { path: "/audit", method: "POST", contentType: "text/*" },
      needs: { requestBody: "text", maxBytes: 8 },
      response: ({ request: { body } }) => ({
        action: "rewrite", setHeaders: { "x-asked": String(body) },
      }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const cases = [
      ["/audit", "abc", "abc", "Content-Length: 3"],
      ["/audit", "x".repeat(9), "undefined", "Content-Length: 9"],
      [
        "/audit",
        `6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n`,
        "undefined",
        "Transfer-Encoding: chunked",
      ],
      ["/other", "abc", undefined, "Content-Length: 3"],
    ] as const;
    let o;
    for (const [path, wire, asked, line] of cases) {
      await c.send(request("POST", origin, path, line) + wire);
      o ??= await origin.accept();
      const sent = await o.message();
      assertEquals(
        sent.body.replaceAll("\r\n", "").includes("abc"),
        wire.includes("abc"),
      );
      await o.send(
        head(
          "HTTP/1.1 200 OK",
          "Content-Type: text/plain",
          "Content-Length: 0",
        ),
      );
      assertEquals((await c.message()).head.get("x-asked"), asked);
      await records.expect({ status: 200 });
    }
  },
);

rulesScenarioOverBoth(
  "a response that ends with its connection, or in chunks, is read whole too",
  {
    "upper.ts": `{
      needs: { responseBody: "text", maxBytes: 10 },
      response: ({ body }) => ({ action: "rewrite", body: body.toUpperCase() }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/chunks"));
    const o = await origin.accept();
    await o.head();
    await o.send(
      head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-T") +
        "1\r\na\r\n2\r\nbc\r\n0\r\nX-T: 1\r\n\r\n",
    );
    const chunked = await c.message();
    assertEquals(chunked.body, "ABC");
    assertEquals(chunked.head.has("trailer"), false);
    await c.send(get(origin, "/close"));
    await o.head();
    await o.send(head("HTTP/1.1 200 OK") + "abc");
    o.closeWrite();
    assertEquals((await c.message()).body, "ABC");
    // Longer ones stream, also those that were begun.
    await c.send(get(origin, "/long"));
    const o2 = await origin.accept();
    await o2.head();
    await o2.send(
      head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") +
        "8\r\nabcdefgh\r\n",
    );
    await o2.send("8\r\nijklmnop\r\n0\r\n\r\n");
    assertEquals((await c.message()).body, "abcdefghijklmnop");
    await c.send(request("HEAD", origin, "/"));
    await o2.head();
    await o2.send(head("HTTP/1.1 200 OK", "Content-Length: 3"));
    assertEquals((await c.message(true)).status, 200);
    await c.send(get(origin, "/cut"));
    await o2.head();
    await o2.send(head("HTTP/1.1 200 OK", "Content-Length: 9") + "abc");
    o2.closeWrite();
    assertEquals((await c.message()).status, 502);
    for (let i = 0; i < 4; i++) await records.expect({ status: 200 });
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "http_response_incomplete",
    });
  },
);
