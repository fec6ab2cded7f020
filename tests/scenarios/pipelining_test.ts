/** Scenarios of several requests on one connection. */

import { assertEquals } from "@std/assert";
import { answer, get, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const PATHS = Array.from({ length: 10 }, (_, number) => `/${number}`);

/** Answers each request with its path. */
async function answerAll(o: WirePeer): Promise<void> {
  for (const path of PATHS) {
    assertEquals((await o.head()).startLine, `GET ${path} HTTP/1.1`);
    await o.send(answer(path));
  }
}

async function expectAll(c: WirePeer, { records }: Stage): Promise<void> {
  for (const path of PATHS) {
    assertEquals((await c.message()).body, path);
    await records.expect({ status: 200, bodyBytesOut: 2 });
  }
}

scenario(
  "ten requests in one write are answered in order",
  {},
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    await c.send(PATHS.map((path) => get(origin, path)).join(""));
    await answerAll(await origin.accept());
    await expectAll(c, stage);
    assertEquals(origin.accepted, 1);
  },
);

scenario(
  "a client that ends its side gets its ten answers",
  {},
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    await c.send(PATHS.map((path) => get(origin, path)).join(""));
    c.closeWrite();
    await answerAll(await origin.accept());
    await expectAll(c, stage);
    await c.end();
  },
);

scenario(
  "what follows Connection: close is not answered",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/1", "Connection: close") + get(origin, "/2"));
    const o = await origin.accept();
    assertEquals((await o.head()).startLine, "GET /1 HTTP/1.1");
    await o.send(answer("one"));
    const got = await c.message();
    assertEquals(got.head.get("connection"), "close");
    await c.end();
    await records.expect({ status: 200 });
  },
);

scenario("bodies and pipelined heads do not mix", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const post = request("POST", origin, "/1", "Content-Length: 3") + "abc";
  const chunked = request("PUT", origin, "/2", "Transfer-Encoding: chunked") +
    "3\r\ndef\r\n0\r\n\r\n";
  await c.send(post + chunked + get(origin, "/3"));
  const o = await origin.accept();
  assertEquals((await o.message()).body, "abc");
  await o.send(answer("1"));
  assertEquals((await o.message()).body, "def");
  await o.send(answer("2"));
  assertEquals((await o.head()).startLine, "GET /3 HTTP/1.1");
  await o.send(answer("3"));
  for (const body of ["1", "2", "3"]) {
    assertEquals((await c.message()).body, body);
    await records.expect({ status: 200, bodyBytesOut: 1 });
  }
});

scenario(
  "one empty line before a request line is skipped",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send("\r\n" + get(origin, "/1") + "\r\n" + get(origin, "/2"));
    const o = await origin.accept();
    for (const path of ["/1", "/2"]) {
      assertEquals((await o.head()).startLine, `GET ${path} HTTP/1.1`);
      await o.send(answer(path));
      assertEquals((await c.message()).body, path);
      await records.expect({ status: 200 });
    }
  },
);

scenario("two empty lines before a request line are 400", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send("\r\n\r\n" + get(origin));
  assertEquals((await c.message()).status, 400);
  await c.end();
  assertEquals(origin.accepted, 0);
  await records.expect({
    status: 400,
    outcome: "error",
    errorCode: "http_request_error",
  });
});

scenario("a head that comes byte by byte is one head", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  for (const character of get(origin, "/slow")) await c.send(character);
  const o = await origin.accept();
  assertEquals((await o.head()).startLine, "GET /slow HTTP/1.1");
  await o.send(answer("ok"));
  assertEquals((await c.message()).body, "ok");
  await records.expect({ status: 200, bytesIn: get(origin, "/slow").length });
});
