/**
 * Scenarios of how tunnels that may be intercepted begin: TLS that fails at every stage,
 * clients that refuse us, protocols that are none of ours.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Peer, soon } from "../net/loopback.ts";
import { clientHello } from "./client_hello_bytes.ts";
import {
  answerOf,
  interceptScenario,
  type InterceptStage,
} from "./intercept_stage.ts";
import { head } from "./requests.ts";
import { until } from "./scenario.ts";

/** Opens a tunnel, sends the beginning of it, and hands it over. */
async function begin(
  { tunnel }: InterceptStage,
  first: Uint8Array | string,
  port?: number,
): Promise<Peer> {
  const peer = new Peer(await tunnel("origin.test", port));
  await peer.send(first);
  return peer;
}

interceptScenario(
  "a client that refuses the certificate is not intercepted there for a while",
  {},
  async ({ open, records, originPem, secure, proxy }) => {
    await assertRejects(() => open("origin.test", { trusts: originPem }));
    const record = await records.next();
    assertEquals([record.outcome, record.errorCode], [
      "error",
      "tls_protocol_error",
    ]);
    assertStringIncludes(record.errorMessage, "UnknownCA");
    using peer = await open("origin.test", { trusts: originPem });
    await peer.send(
      head(
        "GET /p HTTP/1.1",
        `Host: origin.test:${secure.port}`,
        "Connection: close",
      ),
    );
    assertStringIncludes(await peer.rest(), "GET /p ");
    peer.close();
    assertEquals((await records.next()).outcome, "tunnel");
    // Another host, and another way to the same one.
    using other = await open("a.many.test");
    other.close();
    await records.expect({ outcome: "intercepted" });
    const ask = async (path: string) => {
      const text = await (await fetch(proxy.address + path)).text();
      await records.expect({ outcome: "answered" });
      return text;
    };
    const { interception } = JSON.parse(await ask("/proxy-stats.json"));
    const [refusal] = interception.refusing.latest;
    assertEquals(interception, {
      intercepted: 1,
      failedHandshakes: { client: 1, origin: 0, proxy: 0 },
      refusals: 1,
      refusing: { count: 1, most: 4096, latest: [refusal] },
      leaves: { cached: 2, most: 1000, made: 2, hits: 0 },
    });
    assertEquals([refusal.client, refusal.host], ["127.0.0.1", "origin.test"]);
    assertStringIncludes(refusal.reason, "UnknownCA");
    assertStringIncludes(
      await ask("/metrics"),
      'sluice_intercept_handshakes_failed_total{side="client"} 1\n',
    );
    assertStringIncludes(
      await ask("/proxy-stats"),
      'data-key="127.0.0.1 origin.test"',
    );
  },
);

interceptScenario(
  "a client that leaves within the handshake without a word has refused nothing",
  {},
  async (stage) => {
    const { records, proxy } = stage;
    const peer = await begin(stage, await clientHello());
    // The ServerHello is the beginning of what shows the certificate.
    await peer.bytes(1);
    peer.close();
    const record = await records.next();
    assertEquals(record.outcome, "error");
    assertEquals(proxy.services.interception.refusals.total, 0);
  },
);

interceptScenario(
  "a client that looks at the certificate after the handshake, and leaves, has refused it the second time",
  {},
  async ({ open, secure, records, originPem, proxy }) => {
    const { interception } = proxy.services;
    for (let i = 0; i < 2; i++) {
      assertEquals(interception.refusals.total, 0);
      using silent = await open("origin.test");
      silent.close();
      await records.expect({ outcome: "intercepted" });
      using other = await open("a.many.test");
      await other.send(
        head(
          "GET / HTTP/1.1",
          `Host: a.many.test:${secure.port}`,
          "Connection: close",
        ),
      );
      assertEquals((await answerOf(other)).status, 200);
      await other.rest();
      await records.expect({ outcome: "intercepted" });
      await records.expect({ status: 200, outcome: "miss" });
    }
    await until(() => interception.refusals.total === 1, "it is not noted");
    using passed = await open("origin.test", { trusts: originPem });
    passed.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);

interceptScenario(
  "names that contradict each other are refused",
  { interceptHosts: ["origin.test", "*.many.test"] },
  async ({ open, records, asked, originPem }) => {
    await assertRejects(
      () =>
        open("origin.test", { serverName: "other.test", trusts: originPem }),
      Error,
      "UnrecognisedName",
    );
    const record = await records.next();
    assertEquals(record.outcome, "error");
    assertStringIncludes(record.errorMessage, '"other.test"');
    using peer = await open("origin.test", { serverName: "a.many.test" });
    await records.expect({ outcome: "intercepted" });
    await peer.send(head("GET / HTTP/1.1", "Host: origin.test"));
    assertEquals((await answerOf(peer)).status, 421);
    await records.expect({ status: 421, errorCode: "http_request_denied" });
    assertEquals(asked, []);
  },
);

interceptScenario(
  "a client that speaks HTTP/2 alone is told so",
  {},
  async ({ open, records, proxy }) => {
    await assertRejects(
      () => open("origin.test", { alpnProtocols: ["h2"] }),
      Error,
      "NoApplicationProtocol",
    );
    const record = await records.next();
    assertEquals(record.outcome, "error");
    using both = await open("origin.test", {
      alpnProtocols: ["h2", "http/1.1"],
    });
    both.close();
    await records.expect({ outcome: "intercepted" });
    const { counters, refusals } = proxy.services.interception;
    assertEquals(counters, {
      intercepted: 1,
      failed: { client: 1, proxy: 0 },
    });
    assertEquals(refusals.total, 0);
  },
);

interceptScenario(
  "bytes that are neither TLS nor HTTP pass through",
  {},
  async (stage) => {
    const { origin, records, client } = stage;
    const first = await begin(stage, "SSH-2.0-client\r\n", origin.port);
    const o = await origin.accept();
    assertEquals(await o.through("\n"), "SSH-2.0-client\r\n");
    await o.send("SSH-2.0-origin\r\n");
    assertEquals(await first.text(16), "SSH-2.0-origin\r\n");
    first.close();
    await o.gone();
    await o.close();
    assertEquals((await records.next()).outcome, "tunnel");
    // Together with the head of CONNECT.
    const c = await client();
    const authority = `origin.test:${origin.port}`;
    await c.send(
      head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`) + "\0early",
    );
    const early = await origin.accept();
    assertEquals(await early.text(6), "\0early");
    await c.close();
    await early.gone();
    await early.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);

interceptScenario(
  "a server that speaks first is heard, and a client that waits is intercepted all the same",
  {},
  async (stage) => {
    const { origin, tunnel, records, secure } = stage;
    using silent = new Peer(await tunnel("origin.test", origin.port));
    const o = await origin.accept();
    await o.send("220 ready\r\n");
    assertEquals(await silent.text(11), "220 ready\r\n");
    await silent.send("EHLO\r\n");
    assertEquals(await o.text(6), "EHLO\r\n");
    silent.close();
    await o.gone();
    await o.close();
    assertEquals((await records.next()).outcome, "tunnel");
    const slow = await tunnel("origin.test", origin.port);
    const unused = await origin.accept();
    const ca = await Deno.readTextFile(stage.caPath);
    const tls = await Deno.startTls(slow, {
      hostname: "origin.test",
      caCerts: [ca],
    });
    await tls.handshake();
    using peer = new Peer(tls);
    await unused.gone();
    await unused.close();
    await records.expect({ outcome: "intercepted" });
    await peer.send(head("GET / HTTP/1.1", `Host: x:${secure.port}`));
    assertEquals((await answerOf(peer)).status, 421);
    await records.expect({ status: 421, errorCode: "http_request_denied" });
  },
);

const lookedUp = Promise.withResolvers<void>();
const found = Promise.withResolvers<string[]>();

interceptScenario(
  "a client that has waited, and speaks while its origin is dialled, is intercepted",
  {
    lookUp: (_name, type) => {
      lookedUp.resolve();
      return type === "A" ? found.promise : Promise.resolve([]);
    },
  },
  async ({ tunnel, caPath, records, proxy }) => {
    const tcp = await tunnel("origin.test");
    await lookedUp.promise;
    const caCerts = [await Deno.readTextFile(caPath)];
    const hostname = "origin.test";
    const tls = await Deno.startTls(tcp, { hostname, caCerts });
    const handshake = tls.handshake();
    // What the client says has come before this is answered.
    await (await fetch(`${proxy.address}/healthz`)).body?.cancel();
    found.resolve(["127.0.0.1"]);
    using peer = new Peer(tls);
    await soon(handshake, "the handshake");
    peer.close();
    await records.expect({ targetHost: "proxy-stats" });
    await records.expect({ outcome: "intercepted" });
  },
);

interceptScenario(
  "an authority that is bound to names leaves the others alone",
  { caNames: ["many.test"], interceptHosts: [".test"] },
  async ({ open, records, originPem }) => {
    using peer = await open("a.many.test");
    peer.close();
    await records.expect({ outcome: "intercepted" });
    using other = await open("origin.test", { trusts: originPem });
    other.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);
