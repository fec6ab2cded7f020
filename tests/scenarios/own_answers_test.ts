/** Scenarios of the form of error answers: page or JSON, its fields, Proxy-Status. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { head } from "./requests.ts";
import { scenario } from "./scenario.ts";

const NOWHERE = "http://nope.invalid/<b>?\"'&";
const FAILED = {
  status: 502,
  outcome: "error",
  errorCode: "dns_error",
} as const;
const BROWSER =
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

function ask(method: string, ...lines: string[]): string {
  return head(`${method} ${NOWHERE} HTTP/1.1`, "Host: nope.invalid", ...lines);
}

scenario(
  "a browser gets a page in which nothing is markup",
  {},
  async (stage) => {
    const { client, records } = stage;
    const c = await client();
    await c.send(ask("GET", BROWSER));
    const got = await c.message();
    assertEquals(got.head.startLine, "HTTP/1.1 502 Bad Gateway");
    assertEquals(got.head.get("content-type"), "text/html; charset=utf-8");
    assert(!got.body.includes("<b>"));
    assertStringIncludes(got.body, "&#60;b&#62;");
    const { id } = await records.expect(FAILED);
    assertStringIncludes(got.body, id);
  },
);

for (const accept of ["", "Accept: */*", "Accept: application/json"]) {
  scenario(
    `a program gets JSON (${accept || "no Accept"})`,
    {},
    async (stage) => {
      const { client, records } = stage;
      const c = await client();
      await c.send(ask("GET", ...accept === "" ? [] : [accept]));
      const got = await c.message();
      assertEquals(got.head.get("content-type"), "application/json");
      const record = await records.expect(FAILED);
      assertEquals(JSON.parse(got.body), {
        error: {
          status: 502,
          code: "dns_error",
          reason: record.errorMessage,
          id: record.id,
        },
      });
    },
  );
}

scenario(
  "an error answer says what it is and is not stored",
  {},
  async (stage) => {
    const { client, records } = stage;
    const c = await client();
    await c.send(ask("GET"));
    const { head: got } = await c.message();
    assertEquals(got.get("cache-control"), "no-store");
    assertMatch(
      got.get("proxy-status") ?? "",
      /^sluice; error=dns_error; details="[^"]*nope\.invalid[^"]*"$/,
    );
    assert(!Number.isNaN(Date.parse(got.get("date") ?? "")));
    assertEquals(got.has("connection"), false);
    await records.expect(FAILED);
  },
);

scenario("an error answer to HEAD has no body", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(ask("HEAD") + ask("GET"));
  assertEquals((await c.message(true)).status, 502);
  assertEquals((await c.message()).status, 502);
  await records.expect({ ...FAILED, method: "HEAD", bodyBytesOut: 0 });
  await records.expect({ ...FAILED, method: "GET" });
});

scenario("an error answer to HTTP/1.0 closes", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(head(`GET ${NOWHERE} HTTP/1.0`));
  assertEquals((await c.message()).head.get("connection"), "close");
  await c.end();
  await records.expect({ ...FAILED, protocol: "HTTP/1.0" });
});

scenario("an error with a body unread closes", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(ask("POST", "Content-Length: 5") + "hello");
  assertEquals((await c.message()).head.get("connection"), "close");
  await c.end();
  await records.expect({ ...FAILED, method: "POST" });
});

const HOST = "Host: a.test";

/** What clients do wrong, the answer, and its error type (RFC 9209 §2.3). */
const REFUSALS: Readonly<
  Record<string, { text: string; status: number; code?: string }>
> = {
  "no Host": { text: head("GET http://a.test/ HTTP/1.1"), status: 400 },
  "a long request line": {
    text: head(`GET http://a.test/${"x".repeat(17_000)} HTTP/1.1`, HOST),
    status: 414,
  },
  "a long head": {
    text: head("GET / HTTP/1.1", HOST, `X: ${"y".repeat(66_000)}`),
    status: 431,
  },
  "another major version": { text: head("GET / HTTP/2.0", HOST), status: 505 },
  "another scheme": {
    text: head("GET ftp://a.test/ HTTP/1.1", HOST),
    status: 501,
  },
  "a transfer coding that is not spoken": {
    text: head("POST / HTTP/1.1", HOST, "Transfer-Encoding: gzip, chunked"),
    status: 501,
  },
  "an expectation": {
    text: head("GET / HTTP/1.1", HOST, "Expect: miracle"),
    status: 417,
  },
  "a name that is not ours": {
    text: head("GET / HTTP/1.1", HOST),
    status: 421,
    code: "http_request_denied",
  },
};

for (const [what, refusal] of Object.entries(REFUSALS)) {
  const { text, status, code: errorCode = "http_request_error" } = refusal;
  scenario(`${what} is ${status} with its Proxy-Status`, {}, async (stage) => {
    const { client, records } = stage;
    const c = await client();
    await c.send(text);
    const got = await c.message();
    assertEquals(got.status, status);
    assertStringIncludes(
      got.head.get("proxy-status") ?? "",
      `sluice; error=${errorCode}; details="`,
    );
    assertEquals(JSON.parse(got.body).error.status, status);
    await records.expect({ status, outcome: "error", errorCode });
  });
}
