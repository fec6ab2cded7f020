/** Scenarios of origins whose answers are no HTTP/1.1: refused, never repaired. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { get, head } from "./requests.ts";
import { scenario } from "./scenario.ts";

interface BadAnswer {
  readonly text: string;
  readonly code?: string;
}

const OK = "HTTP/1.1 200 OK";
const HIDDEN = head(OK, "Content-Length: 6") + "hidden";

const BAD_ANSWERS: Readonly<Record<string, BadAnswer>> = {
  "two Content-Length fields": {
    text: head(OK, "Content-Length: 1", "Content-Length: 2") + "ab",
  },
  "the same Content-Length twice": {
    text: head(OK, "Content-Length: 1", "Content-Length: 1") + "a",
  },
  "a listed Content-Length": { text: head(OK, "Content-Length: 1, 1") + "a" },
  "a negative Content-Length": { text: head(OK, "Content-Length: -1") },
  "Content-Length with Transfer-Encoding": {
    text: head(OK, "Content-Length: 5", "Transfer-Encoding: chunked") +
      "0\r\n\r\n",
  },
  "an unknown transfer coding": {
    text: head(OK, "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
    code: "http_response_transfer_coding",
  },
  "Transfer-Encoding in HTTP/1.0": {
    text: head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n",
    code: "http_response_transfer_coding",
  },
  "no status line": { text: "hello\r\n\r\n" },
  "a status of two digits": { text: head("HTTP/1.1 20 OK") },
  "a status of four digits": { text: head("HTTP/1.1 2000 OK") },
  "a status of zero": { text: head("HTTP/1.1 000 OK") },
  "another protocol": { text: head("ICY 200 OK") },
  "another major version": { text: head("HTTP/2.0 200 OK") },
  "an empty line first": { text: "\r\n" + head(OK, "Content-Length: 0") },
  "a bare LF in the head": { text: "HTTP/1.1 200 OK\nContent-Length: 0\n\n" },
  "a bare LF in a value": { text: head(OK, "X: a\nSet-Cookie: a=b") },
  "a bare CR in a value": { text: head(OK, "X: a\rSet-Cookie: a=b") },
  "NUL in a value": { text: head(OK, "X: a\0b") },
  "a field without colon": { text: head(OK, "Nothing") },
  "a space before the colon": { text: head(OK, "X : y") },
  "a folded field": { text: head(OK, "X: a", " b") },
  "a folded first field": { text: head(OK, " X: a") },
  "too many fields": {
    text: head(OK, ...Array.from({ length: 101 }, (_, i) => `X-${i}: y`)),
    code: "http_response_header_section_size",
  },
  "a huge head": {
    text: head(
      OK,
      ...Array.from({ length: 90 }, () => `X: ${"y".repeat(900)}`),
    ),
    code: "http_response_header_section_size",
  },
  "a huge status line": {
    text: head(`${OK}${"!".repeat(17_000)}`),
    code: "http_response_header_section_size",
  },
};

for (const [what, { text, code }] of Object.entries(BAD_ANSWERS)) {
  scenario(`an answer with ${what} is 502`, {}, async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(text + HIDDEN);
    const got = await c.message();
    assertEquals(got.status, 502);
    const errorCode = code ?? "http_protocol_error";
    assertStringIncludes(got.head.get("proxy-status") ?? "", errorCode);
    assert(!got.head.has("set-cookie"));
    await o.gone();
    await records.expect({ status: 502, outcome: "error", errorCode });
    // The client's own connection is not to blame.
    await c.send(head("GET http://proxy-stats/healthz HTTP/1.1", "Host: a"));
    assertEquals((await c.message()).status, 200);
    await records.expect({ outcome: "answered" });
  });
}

scenario("a field that injects a line stays one value", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(
    head(OK, "Content-Length: 0", "X: a%0d%0aSet-Cookie: b\x85Set-Cookie: c"),
  );
  const got = await c.head();
  assertEquals(got.has("set-cookie"), false);
  assertEquals(got.get("x"), "a%0d%0aSet-Cookie: b\x85Set-Cookie: c");
  await records.expect({ status: 200 });
});

for (
  const [what, garbage] of Object.entries({
    "no chunk size": "what?\r\n",
    "a chunk longer than its size": "4\r\nhello\r\n",
    "a bare LF": "5\nhello\r\n",
    "bad trailers": "0\r\nno trailer\r\n\r\n",
  })
) {
  scenario(
    `an answer with ${what} after its start is cut`,
    {},
    async (stage) => {
      const { origin, client, records } = stage;
      const c = await client();
      await c.send(get(origin));
      const o = await origin.accept();
      await o.head();
      await o.send(head(OK, "Transfer-Encoding: chunked") + "5\r\nhello\r\n");
      await c.through("hello");
      await o.send(garbage + HIDDEN);
      const { text } = await c.rest();
      assert(!text.includes("0\r\n"), `the cut looks like an end: ${text}`);
      assert(!text.includes("hidden"));
      await o.gone();
      await records.expect({
        status: 200,
        outcome: "error",
        errorCode: "http_protocol_error",
      });
    },
  );
}

scenario(
  "a bad chunk that comes with the head is a 502, not a cut",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(
      head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "zz\r\n",
    );
    assertEquals((await c.message()).status, 502);
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "http_protocol_error",
    });
  },
);
