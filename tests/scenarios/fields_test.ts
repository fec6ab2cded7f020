/** Scenarios of fields: what belongs to a hop, Via, Max-Forwards. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

const HOP_LINES = [
  "Connection: close, X-Named",
  "X-Named: 1",
  "Keep-Alive: timeout=5",
  "Proxy-Connection: keep-alive",
  "Proxy-Authorization: Basic c2VjcmV0",
  "Proxy-Authenticate: Basic",
  "TE: gzip",
  "Upgrade: foo",
];
const DROPPED = HOP_LINES.map((line) => line.slice(0, line.indexOf(":")))
  .filter((name) => name !== "Connection");

scenario(
  "fields of a hop are dropped both ways, others pass",
  {},
  async (stage) => {
    const { origin, client, records, via } = stage;
    const c = await client();
    const passing = ["X-One: 1", "x-one: 2", "X-Bytes: \xe9\x80", "X-Empty:"];
    await c.send(get(origin, "/", ...HOP_LINES, ...passing));
    const o = await origin.accept();
    const sent = await o.head();
    for (const name of [...DROPPED, "Connection"]) {
      assertEquals(sent.has(name), false, name);
    }
    assertEquals(
      sent.lines.filter((line) => /^x-/i.test(line)).map((line) => line.trim()),
      passing,
    );
    assertEquals(sent.get("via"), via);
    await o.send(
      head("HTTP/1.1 200 OK", "Content-Length: 0", ...HOP_LINES, ...passing),
    );
    const got = await c.head();
    for (const name of DROPPED) assertEquals(got.has(name), false, name);
    assertEquals(got.get("connection"), "close");
    assertEquals(got.get("x-one"), "1, 2");
    assertEquals(got.get("x-bytes"), "\xe9\x80");
    assertEquals(got.get("via"), via);
    await records.expect({ status: 200 });
  },
);

scenario(
  "Connection can't name fields that frame the message away",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Connection: Content-Length, Host", "Content-Length: 3"];
    await c.send(request("POST", origin, "/", ...lines) + "abc");
    const o = await origin.accept();
    const sent = await o.message();
    assertEquals(sent.head.get("host"), origin.authority);
    assertEquals(sent.body, "abc");
    await o.send(
      head(
        "HTTP/1.1 200 OK",
        "Connection: Content-Length",
        "Content-Length: 2",
      ) +
        "ok",
    );
    assertEquals((await c.message()).body, "ok");
    await records.expect({ status: 200 });
  },
);

scenario("TE: trailers passes as our own", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/", "Connection: TE", "TE: trailers, gzip"));
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.get("te"), "trailers");
  assertEquals(sent.get("connection"), "TE");
  await o.send(answer(""));
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200 });
});

scenario("Via grows behind those of others", {}, async (stage) => {
  const { origin, client, records, via } = stage;
  const c = await client();
  await c.send(get(origin, "/", "Via: 1.0 fred, 1.1 sluice-other"));
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.get("via"), `1.0 fred, 1.1 sluice-other, ${via}`);
  await o.send(
    head("HTTP/1.1 200 OK", "Content-Length: 0", "Via: 1.1 front"),
  );
  assertEquals((await c.head()).get("via"), `1.1 front, ${via}`);
  await records.expect({ status: 200 });
});

scenario("a Via with our own pseudonym is a loop", {}, async (stage) => {
  const { origin, client, records, via } = stage;
  const c = await client();
  await c.send(get(origin, "/", `Via: 1.1 other, ${via}`));
  const got = await c.message();
  assertEquals(got.status, 508);
  assertStringIncludes(
    got.head.get("proxy-status") ?? "",
    "error=proxy_loop_detected",
  );
  assertEquals(origin.accepted, 0);
  await records.expect({
    status: 508,
    outcome: "error",
    errorCode: "proxy_loop_detected",
  });
});

scenario("a name that leads back to the proxy is a loop", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const host = `elsewhere.test:${proxy.port}`;
  await c.send(head(`GET http://${host}/ HTTP/1.1`, `Host: ${host}`));
  assertEquals((await c.message()).status, 508);
  await records.expect({
    status: 508,
    outcome: "error",
    errorCode: "proxy_loop_detected",
  });
});

scenario(
  "Max-Forwards is spent by TRACE and OPTIONS alone",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const o = origin.accept();
    for (const method of ["TRACE", "OPTIONS", "GET"]) {
      await c.send(request(method, origin, "/", "Max-Forwards: 1"));
      const sent = await (await o).head();
      assertEquals(sent.startLine, `${method} / HTTP/1.1`);
      assertEquals(sent.get("max-forwards"), method === "GET" ? "1" : "0");
      await (await o).send(answer(method));
      assertEquals((await c.message()).body, method);
      const outcome = method === "GET" ? "miss" : "bypass";
      await records.expect({ method, status: 200, outcome });
    }
  },
);

scenario(
  "TRACE with Max-Forwards 0 is answered here, without secrets",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Max-Forwards: 0", "Cookie: secret", "X-Seen: yes"];
    await c.send(request("TRACE", origin, "/t", ...lines));
    const got = await c.message();
    assertEquals(got.status, 200);
    assertEquals(got.head.get("content-type"), "message/http");
    assertStringIncludes(got.body, `TRACE ${origin.url("/t")} HTTP/1.1\r\n`);
    assertStringIncludes(got.body, "X-Seen: yes\r\n");
    assert(!got.body.includes("secret"));
    assertEquals(origin.accepted, 0);
    await records.expect({ method: "TRACE", status: 200, outcome: "answered" });
  },
);

scenario("OPTIONS with Max-Forwards 0 is answered here", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("OPTIONS", origin, "/", "Max-Forwards: 0"));
  const got = await c.message(true);
  assertEquals(got.status, 204);
  assertStringIncludes(got.head.get("allow") ?? "", "CONNECT");
  assertEquals(origin.accepted, 0);
  await records.expect({ status: 204, outcome: "answered" });
});

scenario("a Max-Forwards that is no number is 400", {}, async (stage) => {
  const { origin, client, records } = stage;
  for (const value of ["", "-1", "1, 2", "x", "99999999999"]) {
    const c = await client();
    await c.send(request("TRACE", origin, "/", `Max-Forwards: ${value}`));
    assertEquals((await c.message()).status, 400, value);
    await records.expect({
      status: 400,
      outcome: "error",
      errorCode: "http_request_error",
    });
  }
  assertEquals(origin.accepted, 0);
});
