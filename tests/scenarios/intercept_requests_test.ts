/** Scenarios of requests within tunnels that are intercepted: as outside, but for their origin. */

import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Peer, soon } from "../net/loopback.ts";
import { answerOf, interceptScenario } from "./intercept_stage.ts";
import { head } from "./requests.ts";

interceptScenario(
  "requests in a tunnel are exchanges of their own",
  {},
  async ({ open, secure, records, asked }) => {
    using peer = await open("origin.test");
    const host = `origin.test:${secure.port}`;
    const get = (path: string) => head(`GET ${path} HTTP/1.1`, `Host: ${host}`);
    await records.expect({
      method: "CONNECT",
      url: host,
      status: 200,
      outcome: "intercepted",
    });
    await peer.send(get("/a?b=c"));
    const first = await answerOf(peer);
    assertEquals([first.status, first.body], [200, "GET /a "]);
    assertStringIncludes(first.head.get("x-fields") ?? "", "via");
    const record = await records.expect({
      method: "GET",
      url: `https://${host}/a?b=c`,
      status: 200,
      outcome: "miss",
      targetHost: "origin.test",
      targetPort: secure.port,
      targetAddress: "127.0.0.1",
      bytesIn: get("/a?b=c").length,
      bodyBytesOut: 7,
    });
    assertEquals(record.tlsMs >= 0, true);
    // Pipelined, on the connection to the origin that waits.
    await peer.send(get("/1") + get("/2") + get("/3"));
    for (const path of ["/1", "/2", "/3"]) {
      assertEquals((await answerOf(peer)).body, `GET ${path} `);
      assertEquals((await records.expect({ outcome: "miss" })).tlsMs, -1);
    }
    assertEquals(asked[0], `GET https://${host}/a?b=c`);
  },
);

interceptScenario(
  "bodies, HEAD and Expect pass within a tunnel",
  {},
  async ({ open, secure, records }) => {
    using peer = await open("origin.test");
    const host = `Host: origin.test:${secure.port}`;
    const body = "x".repeat(300_000);
    await peer.send(
      head("PUT /up HTTP/1.1", host, `Content-Length: ${body.length}`) + body,
    );
    assertEquals((await answerOf(peer)).body, `PUT /up ${body}`);
    await peer.send(
      head("POST /ch HTTP/1.1", host, "Transfer-Encoding: chunked") +
        "3\r\nabc\r\n0\r\n\r\n",
    );
    assertEquals((await answerOf(peer)).body, "POST /ch abc");
    await peer.send(head("HEAD /h HTTP/1.1", host));
    assertEquals((await answerOf(peer, true)).status, 200);
    await peer.send(
      head(
        "POST /ex HTTP/1.1",
        host,
        "Content-Length: 2",
        "Expect: 100-continue",
      ),
    );
    assertMatch(await peer.head(), /^HTTP\/1\.1 100 /);
    await peer.send("ok");
    assertEquals((await answerOf(peer)).body, "POST /ex ok");
    for (let i = 0; i < 5; i++) await records.expect({ status: 200 });
  },
);

interceptScenario(
  "what is stored over https answers over https, whole and in ranges",
  {
    handler: () =>
      new Response("stored", {
        headers: { "cache-control": "max-age=60", etag: '"1"' },
      }),
  },
  async ({ open, secure, records, asked }) => {
    const host = `Host: origin.test:${secure.port}`;
    for (const outcome of ["miss", "hit"] as const) {
      using peer = await open("origin.test");
      await peer.send(head("GET /s HTTP/1.1", host));
      assertEquals((await answerOf(peer)).body, "stored");
      await records.expect({ outcome: "intercepted" });
      await records.expect({ outcome });
    }
    using peer = await open("origin.test");
    await peer.send(head("GET /s HTTP/1.1", host, "Range: bytes=2-3"));
    const part = await answerOf(peer);
    assertEquals([part.status, part.body], [206, "or"]);
    await records.expect({ outcome: "intercepted" });
    await records.expect({ outcome: "hit", status: 206 });
    assertEquals(asked.length, 1);
  },
);

interceptScenario(
  "a request for another origin is refused, and nothing is asked there",
  {},
  async ({ open, secure, records, asked, origin, via }) => {
    using peer = await open("origin.test");
    await records.expect({ outcome: "intercepted" });
    const own = `Host: origin.test:${secure.port}`;
    const cases: [number, string][] = [
      [421, head("GET / HTTP/1.1", "Host: other.test")],
      [421, head("GET / HTTP/1.1", "Host: proxy-stats")],
      [421, head("GET http://proxy-stats/ HTTP/1.1", own)],
      [421, head(`GET ${origin.url("/")} HTTP/1.1`, own)],
      [508, head("GET / HTTP/1.1", own, `Via: ${via}`)],
      [405, head(`CONNECT ${origin.authority} HTTP/1.1`, own)],
    ];
    for (const [status, text] of cases) {
      await peer.send(text);
      assertEquals((await answerOf(peer)).status, status, text);
      const record = await records.next();
      assertEquals([record.status, record.outcome], [status, "error"]);
    }
    assertEquals([asked, origin.accepted], [[], 0]);
  },
);

interceptScenario(
  "a tunnel to an address is for whom TLS in it names, but never the proxy itself",
  {},
  async ({ open, secure, records, asked }) => {
    using peer = await open("127.0.0.1", { serverName: "origin.test" });
    await records.expect({ outcome: "intercepted" });
    const host = `origin.test:${secure.port}`;
    await peer.send(head("GET /n HTTP/1.1", `Host: ${host}`));
    assertEquals((await answerOf(peer)).body, "GET /n ");
    await records.expect({ url: `https://${host}/n` });
    await peer.send(
      head("GET / HTTP/1.1", `Host: 127.0.0.1:${secure.port}`),
    );
    assertEquals((await answerOf(peer)).status, 421);
    await records.expect({ status: 421, errorCode: "http_request_denied" });
    assertEquals(asked.length, 1);
  },
);

interceptScenario(
  "the proxy's pages are for nobody within a tunnel",
  { interceptHosts: ["*"] },
  async ({ open, records, proxy }) => {
    await assertRejects(() => open("127.0.0.1", { serverName: "proxy-stats" }));
    await records.expect({
      outcome: "error",
      errorCode: "http_request_denied",
    });
    // A name that leads back here, at the proxy's own port.
    using peer = await open("back.test", {}, proxy.port);
    await records.expect({ outcome: "intercepted" });
    await peer.send(
      head("GET / HTTP/1.1", `Host: back.test:${proxy.port}`),
    );
    assertEquals((await answerOf(peer)).status, 508);
    await records.expect({
      status: 508,
      errorCode: "proxy_loop_detected",
    });
  },
);

interceptScenario(
  "plain HTTP in a tunnel is served as such",
  {},
  async ({ tunnel, origin, records }) => {
    using peer = new Peer(await tunnel("origin.test", origin.port));
    const host = `origin.test:${origin.port}`;
    await peer.send(head("GET /p HTTP/1.1", `Host: ${host}`));
    const o = await origin.accept();
    assertMatch((await o.head()).startLine, /^GET \/p /);
    await o.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assertEquals((await answerOf(peer)).body, "ok");
    await records.expect({ method: "CONNECT", outcome: "intercepted" });
    await records.expect({ url: `http://${host}/p`, outcome: "miss" });
  },
);

interceptScenario("a WebSocket passes within a tunnel", {
  handler: (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${data}${data}`);
    return response;
  },
}, async ({ open, secure, records }) => {
  using peer = await open("origin.test");
  await records.expect({ outcome: "intercepted" });
  await peer.send(
    head(
      "GET /ws HTTP/1.1",
      `Host: origin.test:${secure.port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ),
  );
  assertMatch(await peer.head(), /^HTTP\/1\.1 101 /);
  // RFC 6455 §5.2: a text frame, masked by zeros; the answer is not masked.
  await peer.send(Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 104, 105));
  assertEquals(await peer.bytes(6), Uint8Array.of(0x81, 4, 104, 105, 104, 105));
  // A close frame; it is answered, and the connection ends.
  await peer.send(Uint8Array.of(0x88, 0x80, 0, 0, 0, 0));
  await soon(peer.rest(), "the end");
  peer.close();
  assertEquals((await records.next()).status, 101);
});

interceptScenario(
  "a drain lets an exchange within a tunnel end",
  {},
  async ({ open, secure, records, stop }) => {
    using idle = await open("origin.test");
    using peer = await open("origin.test");
    for (let i = 0; i < 2; i++) await records.expect({ status: 200 });
    await peer.send(
      head(
        "POST /d HTTP/1.1",
        `Host: origin.test:${secure.port}`,
        "Content-Length: 4",
        "Expect: 100-continue",
      ),
    );
    assertMatch(await peer.head(), /^HTTP\/1\.1 100 /);
    const stopped = stop();
    assertEquals(await soon(idle.rest(), "the end"), "");
    await peer.send("last");
    const { head: got, body } = await answerOf(peer);
    assertEquals([got.get("connection"), body], ["close", "POST /d last"]);
    await peer.rest();
    peer.close();
    assertEquals(await stopped, 0);
    await records.expect({ status: 200, outcome: "bypass" });
  },
);

interceptScenario(
  "what comes out of a tunnel is of the user who opened it",
  { users: `u:{SHA}${await sha1("p")}\n` },
  async ({ open, secure, records }) => {
    using peer = await open("origin.test");
    await records.expect({ outcome: "intercepted" });
    await peer.send(
      head("GET /u HTTP/1.1", `Host: origin.test:${secure.port}`),
    );
    assertEquals((await answerOf(peer)).status, 200);
    const { client } = await records.expect({ status: 200 });
    assertEquals([client.ip, client.user], ["127.0.0.1", "u"]);
  },
);

async function sha1(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-1", bytes);
  return new Uint8Array(hash).toBase64();
}

interceptScenario("an address that is prohibited is so within a tunnel", {
  privateAddresses: "deny",
}, async ({ open, secure, records, asked }) => {
  using peer = await open("origin.test");
  await records.expect({ outcome: "intercepted" });
  await peer.send(head("GET / HTTP/1.1", `Host: origin.test:${secure.port}`));
  assertEquals((await answerOf(peer)).status, 403);
  await records.expect({
    outcome: "denied",
    status: 403,
    errorCode: "destination_ip_prohibited",
  });
  assertEquals(asked, []);
});
