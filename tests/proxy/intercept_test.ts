import { assertEquals, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { once } from "node:events";
import { Peer } from "../net/loopback.ts";
import {
  answerOf,
  interceptScenario,
  type InterceptStage,
} from "../scenarios/intercept_stage.ts";
import { head } from "../scenarios/requests.ts";
import { run } from "../clients/strangers.ts";

interceptScenario(
  "intercept() shows a leaf for the host, of the proxy's authority",
  {},
  async ({ tunnel, records, caPath, secure }) => {
    const ca = await Deno.readTextFile(caPath);
    const authority = new X509Certificate(ca);
    const { port, stop } = await relayTo(await tunnel("origin.test"));
    const socket = connect({
      port,
      host: "127.0.0.1",
      ca,
      servername: "origin.test",
    });
    await once(socket, "secureConnect");
    const leaf = new X509Certificate(socket.getPeerCertificate().raw);
    assertEquals(leaf.subjectAltName, "DNS:origin.test");
    assertEquals(leaf.checkIssued(authority), true);
    socket.destroy();
    await stop();
    const record = await records.next();
    assertEquals([record.outcome, record.tlsMs >= 0], ["intercepted", true]);
    assertEquals(record.targetPort, secure.port);
  },
);

for (const version of ["-tls1_2", "-tls1_3"]) {
  interceptScenario(
    `intercept() speaks ${version.slice(1)}`,
    {},
    async (stage) => {
      const text = await openssl(stage, [version, "-alpn", "h2,http/1.1"]);
      assertStringIncludes(text, "Verification: OK");
      assertStringIncludes(text, "ALPN protocol: http/1.1");
      assertStringIncludes(
        text,
        `New, ${version === "-tls1_2" ? "TLSv1.2" : "TLSv1.3"}`,
      );
      await stage.records.expect({ outcome: "intercepted" });
    },
  );
}

interceptScenario("intercept() speaks no older TLS", {}, async (stage) => {
  const text = await openssl(stage, ["-tls1_1", "-cipher", "ALL@SECLEVEL=0"]);
  assertStringIncludes(text, "Cipher is (NONE)");
  const record = await stage.records.next();
  assertEquals(record.outcome, "error");
  assertEquals(stage.proxy.services.interception.refusals.total, 0);
});

interceptScenario(
  "intercept() keeps requests that come with the end of the handshake",
  {},
  async ({ open, records, secure }) => {
    using peer = await open("origin.test");
    const host = `Host: origin.test:${secure.port}`;
    await peer.send(head("GET /first HTTP/1.1", host, "Connection: close"));
    await peer.closeWrite();
    const { head: got, body } = await answerOf(peer);
    assertEquals([body, got.get("connection")], ["GET /first ", "close"]);
    assertEquals(await peer.rest(), "");
    await records.expect({ outcome: "intercepted" });
    await records.expect({ outcome: "miss" });
  },
);

/** What `openssl s_client` says of a tunnel to origin.test. */
async function openssl(
  { proxy, secure, caPath }: InterceptStage,
  args: string[],
): Promise<string> {
  const { text, stderr } = await run("openssl", [
    ...["s_client", "-proxy", `127.0.0.1:${proxy.port}`],
    ...["-connect", `origin.test:${secure.port}`, "-servername", "origin.test"],
    ...["-verify_hostname", "origin.test", "-CAfile", caPath, ...args],
  ]);
  return text + stderr;
}

/** A port of this machine that leads into `conn`, once. */
async function relayTo(
  conn: Deno.TcpConn,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const relayed = listener.accept().then(async (near) => {
    listener.close();
    await Promise.allSettled([
      near.readable.pipeTo(conn.writable),
      conn.readable.pipeTo(near.writable),
    ]);
  });
  return await Promise.resolve({
    port,
    stop: async () => {
      await relayed;
      new Peer(conn).close();
    },
  });
}
