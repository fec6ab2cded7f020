/** Scenarios of clients that are too slow: each wait has its end. */

import { assert, assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

const TOO_SLOW = {
  status: 408,
  outcome: "error",
  errorCode: "http_request_error",
} as const;

scenario("a head that trickles in is 408 at its deadline", {
  headTimeoutMs: 250,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const startMs = performance.now();
  await c.send(`GET ${origin.url("/")} HTTP/1.1\r\nX: `);
  const trickle = setInterval(() => {
    c.send("x").catch(() => {
      // The proxy has closed the connection, as it should.
    });
  }, 20);
  try {
    assertEquals((await c.message()).status, 408);
  } finally {
    clearInterval(trickle);
  }
  const tookMs = performance.now() - startMs;
  assert(tookMs >= 240 && tookMs < 1500, `${tookMs} ms`);
  await c.gone();
  assertEquals(origin.accepted, 0);
  await records.expect(TOO_SLOW);
});

scenario("a later head has the same deadline", {
  headTimeoutMs: 200,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin) + "GET http");
  const o = await origin.accept();
  await o.head();
  await o.send(answer("one"));
  assertEquals((await c.message()).body, "one");
  assertEquals((await c.message()).status, 408);
  await c.gone();
  await records.expect({ status: 200 });
  await records.expect(TOO_SLOW);
});

scenario("a client that never says anything is closed", {
  headTimeoutMs: 200,
}, async (stage) => {
  const c = await stage.client();
  await c.gone();
});

scenario("an idle connection is closed after its time", {
  idleTimeoutMs: 200,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("one"));
  assertEquals((await c.message()).body, "one");
  await c.gone();
  await records.expect({ status: 200 });
});

scenario("a body that stalls is 408 and ends the origin's connection", {
  responseTimeoutMs: 250,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("POST", origin, "/", "Content-Length: 100") + "start");
  const o = await origin.accept();
  await o.head();
  await o.text(5);
  assertEquals((await c.message()).status, 408);
  await c.end();
  await o.gone();
  await records.expect({ ...TOO_SLOW, method: "POST" });
});

scenario("a body that never begins is 408", {
  responseTimeoutMs: 250,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("POST", origin, "/", "Transfer-Encoding: chunked"));
  const o = await origin.accept();
  await o.head();
  assertEquals((await c.message()).status, 408);
  await o.gone();
  await records.expect({ ...TOO_SLOW, method: "POST" });
});

scenario("a body for our own pages that stalls is 408", {
  responseTimeoutMs: 250,
}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const host = `Host: localhost:${proxy.port}`;
  const form = "Content-Type: application/x-www-form-urlencoded";
  const lines = [host, form, "Content-Length: 9"];
  await c.send(head("POST /admin/login HTTP/1.1", ...lines) + "token");
  assertEquals((await c.message()).status, 408);
  await c.gone();
  await records.expect({ ...TOO_SLOW, method: "POST" });
});

scenario("a client that stops reading is cut, and the origin with it", {
  idleTimeoutMs: 250,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  const length = 96 * 1024 * 1024;
  await o.send(head("HTTP/1.1 200 OK", `Content-Length: ${length}`));
  await c.head();
  const piece = new Uint8Array(1024 * 1024);
  const { done } = o.sendMany(piece, 96);
  const record = await records.expect({
    status: 200,
    outcome: "error",
    errorCode: "client_timeout",
  });
  await done;
  assert(record.bytesOut < length / 2);
  await o.gone();
});
