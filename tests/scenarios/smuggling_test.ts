/**
 * Scenarios of requests that two readers could read differently: each hides a second
 * request. The origin must see no request that the client did not plainly send.
 */

import { assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WireListener } from "./wire_listener.ts";

interface Smuggle {
  readonly name: string;
  readonly lines: readonly string[];
  readonly body: string;
  readonly status?: number;
}

const HIDDEN = "GET /hidden HTTP/1.1\r\nHost: hidden.test\r\n\r\n";

/** Refused for their heads: the origin is not even dialled. */
const BAD_HEADS: readonly Smuggle[] = [
  {
    name: "CL.TE",
    lines: ["Content-Length: 6", "Transfer-Encoding: chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "TE.CL",
    lines: ["Transfer-Encoding: chunked", "Content-Length: 4"],
    body: "5c\r\n",
  },
  {
    name: "TE.TE with two fields",
    lines: ["Transfer-Encoding: chunked", "Transfer-encoding: identity"],
    body: "0\r\n\r\n",
  },
  {
    name: "TE.TE with a coding that only looks like chunked",
    lines: ["Transfer-Encoding: xchunked"],
    body: "0\r\n\r\n",
    status: 501,
  },
  {
    name: "chunked twice",
    lines: ["Transfer-Encoding: chunked, chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "chunked, then another coding",
    lines: ["Transfer-Encoding: chunked, identity"],
    body: "0\r\n\r\n",
  },
  {
    name: "a quoted chunked",
    lines: ['Transfer-Encoding: "chunked"'],
    body: "0\r\n\r\n",
  },
  {
    name: "a vertical tab before chunked",
    lines: ["Transfer-Encoding: \x0bchunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "a space before the colon",
    lines: ["Transfer-Encoding : chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "a folded Transfer-Encoding",
    lines: ["Transfer-Encoding:", " chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "a bare LF that hides a field",
    lines: ["X: y\nTransfer-Encoding: chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "a bare CR that hides a field",
    lines: ["X: y\rTransfer-Encoding: chunked"],
    body: "0\r\n\r\n",
  },
  {
    name: "differing Content-Length fields",
    lines: ["Content-Length: 0", `Content-Length: ${HIDDEN.length}`],
    body: "",
  },
  {
    name: "the same Content-Length twice",
    lines: ["Content-Length: 0", "Content-Length: 0"],
    body: "",
  },
  {
    name: "a list in Content-Length",
    lines: ["Content-Length: 0, 5"],
    body: "",
  },
  { name: "a signed Content-Length", lines: ["Content-Length: +5"], body: "" },
  {
    name: "a hexadecimal Content-Length",
    lines: ["Content-Length: 0x5"],
    body: "",
  },
  { name: "an empty Content-Length", lines: ["Content-Length:"], body: "" },
  {
    name: "a blank inside Content-Length",
    lines: ["Content-Length: 1 0"],
    body: "",
  },
  {
    name: "a Content-Length that overflows",
    lines: ["Content-Length: 18446744073709551616"],
    body: "",
  },
  { name: "a second Host", lines: ["Host: hidden.test"], body: "" },
  { name: "NUL in a value", lines: ["X: a\0b"], body: "" },
];

/** Refused within their bodies: the origin has had the head, and never a whole request. */
const BAD_CHUNKS: readonly Omit<Smuggle, "lines">[] = [
  { name: "a bare LF behind a chunk size", body: "5\nhello\r\n0\r\n\r\n" },
  { name: "a bare CR behind a chunk size", body: "5\rxhello\r\n0\r\n\r\n" },
  { name: "a bare LF behind chunk data", body: "5\r\nhello\n0\r\n\r\n" },
  { name: "a chunk longer than its size", body: "4\r\nhello\r\n0\r\n\r\n" },
  { name: "a signed chunk size", body: "+5\r\nhello\r\n0\r\n\r\n" },
  { name: "a 0x chunk size", body: "0x5\r\nhello\r\n0\r\n\r\n" },
  { name: "a blank before a chunk size", body: " 5\r\nhello\r\n0\r\n\r\n" },
  { name: "a blank behind a chunk size", body: "5 \r\nhello\r\n0\r\n\r\n" },
  { name: "an empty chunk size", body: "\r\nhello\r\n0\r\n\r\n" },
  {
    name: "a chunk size that overflows",
    body: "10000000000000005\r\nhello\r\n0\r\n\r\n",
  },
  { name: "a bare LF in an extension", body: "5;a\nb\r\nhello\r\n0\r\n\r\n" },
  { name: "a bare LF in the trailers", body: "0\r\nX: y\n\r\n\r\n" },
  { name: "a bare LF as the end", body: "0\n\n" },
];

for (const { name, lines, body, status = 400 } of BAD_HEADS) {
  scenario(`a request is refused for ${name}`, {}, async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", ...lines) + body + HIDDEN);
    assertEquals((await c.message()).status, status);
    await c.end();
    assertEquals(origin.accepted, 0);
    await records.expect({
      status,
      outcome: "error",
      errorCode: "http_request_error",
    });
  });
}

for (const { name, body } of BAD_CHUNKS) {
  scenario(`a body is refused for ${name}`, {}, async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Transfer-Encoding: chunked"];
    await c.send(request("POST", origin, "/", ...lines) + body + HIDDEN);
    assertEquals((await c.message()).status, 400);
    await c.end();
    await assertNoWholeRequest(origin);
    await records.expect({
      method: "POST",
      status: 400,
      outcome: "error",
      errorCode: "http_request_error",
    });
  });
}

/** What came to the origin ends before the body does, and has nothing behind it. */
async function assertNoWholeRequest(origin: WireListener): Promise<void> {
  if (origin.accepted === 0) return;
  const { text } = await (await origin.accept()).rest();
  assertEquals(text.includes("/hidden"), false, text);
  assertEquals(text.endsWith("0\r\n\r\n"), false, text);
  assertEquals(origin.accepted, 1);
}

scenario("a request in a body stays body", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const lines = [`Content-Length: ${HIDDEN.length}`];
  await c.send(request("GET", origin, "/", ...lines) + HIDDEN);
  const o = await origin.accept();
  assertEquals((await o.message()).body, HIDDEN);
  await o.send(answer("one"));
  assertEquals((await c.message()).body, "one");
  await c.send(get(origin, "/two"));
  assertEquals((await o.head()).startLine, "GET /two HTTP/1.1");
  await o.send(answer("two"));
  assertEquals((await c.message()).body, "two");
  await records.expect({ status: 200 });
  await records.expect({ status: 200 });
});

scenario(
  "an answer in an answer's surplus is never given to the next",
  {},
  async (stage) => {
    const surplus = answer("poison");
    await assertSurplusDropped(stage, answer("one") + surplus);
  },
);

scenario(
  "an answer behind a HEAD's is never given to the next",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("HEAD", origin, "/1"));
    const first = await origin.accept();
    await first.head();
    await first.send(head("HTTP/1.1 200 OK", "Content-Length: 6") + "poison");
    assertEquals((await c.head()).status, 200);
    await first.gone();
    await c.send(get(origin, "/2"));
    const second = await origin.accept();
    await second.head();
    await second.send(answer("two"));
    assertEquals((await c.message()).body, "two");
    await records.expect({ method: "HEAD", status: 200 });
    await records.expect({ method: "GET", status: 200 });
  },
);

async function assertSurplusDropped(
  { origin, client, records }: Stage,
  bytes: string,
): Promise<void> {
  const c = await client();
  await c.send(get(origin, "/1"));
  const first = await origin.accept();
  await first.head();
  await first.send(bytes);
  assertEquals((await c.message()).body, "one");
  await first.gone();
  await c.send(get(origin, "/2"));
  const second = await origin.accept();
  await second.head();
  await second.send(answer("two"));
  assertEquals((await c.message()).body, "two");
  await records.expect({ status: 200 });
  await records.expect({ status: 200 });
}
