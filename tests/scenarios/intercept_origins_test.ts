/** Scenarios of origins behind tunnels that are intercepted, whose TLS is not in order. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { Origin } from "../clients/content_origin.ts";
import { Output } from "../cli/child_proxy.ts";
import {
  operatorsAuthority,
  ownAuthority,
  withFiles,
} from "../mitm/openssl.ts";
import { makeCertificate } from "../net/test_certificate.ts";
import { testWith } from "../requirement.ts";
import {
  answerOf,
  interceptScenario,
  playIntercepted,
} from "./intercept_stage.ts";
import { head } from "./requests.ts";
import type { WirePeer } from "./wire_peer.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Asks an origin with that certificate for a page, as `host`. */
async function ask(
  stage: Parameters<Parameters<typeof interceptScenario>[2]>[0],
  host: string,
  certificate: { cert: string; key: string },
) {
  await using origin = new Origin(
    () => new Response("secret"),
    certificate,
  );
  using peer = await stage.open(host, {}, origin.port);
  await stage.records.expect({ outcome: "intercepted" });
  await peer.send(
    head(
      "GET / HTTP/1.1",
      `Host: ${host}:${origin.port}`,
      "Accept: text/html",
    ),
  );
  return await answerOf(peer);
}

async function leafOf(name: string, nowMs: number) {
  const issuer = await LeafIssuer.create(await ownAuthority(nowMs));
  const leaf = await issuer.issue(certifiedName(name), nowMs);
  return { cert: leaf.certPem, key: leaf.keyPem };
}

interceptScenario(
  "a page within the tunnel names what is wrong with a certificate",
  {},
  async (stage) => {
    const { records } = stage;
    const now = Date.now();
    const old = await leafOf("old.test", now - 200 * DAY_MS);
    const cases = [
      ["self.test", await makeCertificate("self.test"), "self-signed"],
      ["old.test", old, "has expired on"],
      [
        "new.test",
        await leafOf("new.test", now + 9 * DAY_MS),
        "not valid before",
      ],
      ["who.test", await leafOf("who.test", now), "unknown issuer"],
    ] as const;
    for (const [host, certificate, fault] of cases) {
      const { status, head, body } = await ask(stage, host, certificate);
      assertEquals(status, 502, host);
      assertStringIncludes(body, fault);
      assertStringIncludes(head.get("content-type") ?? "", "text/html");
      assertStringIncludes(
        head.get("proxy-status") ?? "",
        "error=tls_certificate_error",
      );
      await records.expect({
        status: 502,
        outcome: "error",
        errorCode: "tls_certificate_error",
      });
    }
    const { interception, dialer } = stage.proxy.services;
    assertEquals(interception.counters, {
      intercepted: cases.length,
      failed: { client: 0, proxy: 0 },
    });
    assertEquals(dialer.failedHandshakes, cases.length);
  },
);

interceptScenario(
  "a certificate for another name is refused, and an origin that is not there",
  {},
  async ({ open, secure, records, asked, listen }) => {
    using peer = await open("other.test");
    await records.expect({ outcome: "intercepted" });
    await peer.send(
      head("GET / HTTP/1.1", `Host: other.test:${secure.port}`),
    );
    const { status, body } = await answerOf(peer);
    assertEquals(status, 502);
    assertStringIncludes(body, 'not for \\"other.test\\" but for');
    assertEquals(asked, []);
    await records.expect({ status: 502, errorCode: "tls_certificate_error" });
    const closed = await listen();
    await closed.close();
    using refused = await open("origin.test", {}, closed.port);
    await records.expect({ outcome: "intercepted" });
    await refused.send(
      head("GET / HTTP/1.1", `Host: origin.test:${closed.port}`),
    );
    assertEquals((await answerOf(refused)).status, 502);
    await records.expect({ status: 502, errorCode: "connection_refused" });
  },
);

interceptScenario("only a host that is named goes unverified", {
  insecureHosts: ["self.test"],
}, async (stage) => {
  const { records } = stage;
  const certificate = await makeCertificate("any.test");
  const { status, body } = await ask(stage, "self.test", certificate);
  assertEquals([status, body], [200, "secret"]);
  await records.expect({ status: 200, outcome: "miss" });
  assertEquals((await ask(stage, "sub.self.test", certificate)).status, 502);
  await records.expect({ status: 502, errorCode: "tls_certificate_error" });
});

/** What an origin does with a ClientHello, and what the client is told of it. */
const SPOILT: readonly [
  what: string,
  play: (origin: WirePeer) => Promise<void>,
  status: number,
  code: string,
  told: RegExp,
][] = [
  [
    "says nothing",
    () => Promise.resolve(),
    504,
    "connection_timeout",
    /no connection to origin\.test:\d+ within 300 ms: it did not finish the TLS handshake/,
  ],
  [
    "stops within its answer",
    (o) => o.send(Uint8Array.of(22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3)),
    504,
    "connection_timeout",
    /did not finish the TLS handshake/,
  ],
  [
    "leaves within its answer",
    async (o) => {
      await o.send(Uint8Array.of(22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3));
      o.closeWrite();
    },
    502,
    "connection_terminated",
    /closed the connection/,
  ],
  [
    "resets the connection",
    (o) => o.reset(),
    502,
    "connection_terminated",
    /closed the connection/,
  ],
  [
    "refuses by an alert",
    (o) => o.send(Uint8Array.of(21, 3, 3, 0, 2, 2, 40)),
    502,
    "tls_alert_received",
    /HandshakeFailure/,
  ],
  [
    "wants a certificate of its clients",
    (o) => o.send(Uint8Array.of(21, 3, 3, 0, 2, 2, 116)),
    502,
    "tls_alert_received",
    /CertificateRequired/,
  ],
  [
    "speaks no TLS",
    (o) => o.send("HTTP/1.1 400 Bad Request\r\n\r\n"),
    502,
    "tls_protocol_error",
    /the TLS connection to origin\.test:\d+ failed/,
  ],
];

for (const [what, play, status, code, told] of SPOILT) {
  interceptScenario(
    `an origin that ${what} at the handshake is ${status}`,
    { connectTimeoutMs: 300 },
    async ({ open, origin, records, proxy }) => {
      using peer = await open("origin.test", {}, origin.port);
      await records.expect({ outcome: "intercepted" });
      const host = `Host: origin.test:${origin.port}`;
      await peer.send(head("GET / HTTP/1.1", host));
      const o = await origin.accept();
      await o.text(1);
      await play(o);
      const got = await answerOf(peer);
      assertEquals([got.status, JSON.parse(got.body).error.code], [
        status,
        code,
      ]);
      assertStringIncludes(
        got.head.get("proxy-status") ?? "",
        `sluice; error=${code};`,
      );
      assertMatch(JSON.parse(got.body).error.reason, told);
      await o.rest();
      await records.expect({ status, errorCode: code });
      const { interception, dialer } = proxy.services;
      assertEquals(interception.counters.failed, { client: 0, proxy: 0 });
      assertEquals(dialer.failedHandshakes, 1);
    },
  );
}

testWith(
  ["openssl"],
  "a certificate that says where it may have been revoked is taken, and nobody is asked",
  async () => {
    await using revocation = new Origin(() => {
      throw new Error("nobody is to ask");
    });
    const { certPem: cert, keyPem: key } = await operatorsAuthority({
      extensions: [
        "basicConstraints=critical,CA:FALSE",
        "subjectAltName=DNS:origin.test",
        `crlDistributionPoints=URI:${revocation.url}/crl`,
        `authorityInfoAccess=OCSP;URI:${revocation.url}/ocsp`,
        // RFC 7633: a proof that it is not revoked has to come along, and does not.
        "tlsfeature=status_request",
      ],
    });
    const settings = { certificate: { cert, key } };
    await playIntercepted(settings, async ({ open, secure, records }) => {
      using peer = await open("origin.test");
      await records.expect({ outcome: "intercepted" });
      await peer.send(
        head("GET /x HTTP/1.1", `Host: origin.test:${secure.port}`),
      );
      assertEquals((await answerOf(peer)).body, "GET /x ");
      await records.expect({ status: 200 });
    });
  },
);

interceptScenario(
  "an origin that demands a certificate of its client is told from one that says nothing",
  { insecureHosts: ["demanding.test"] },
  async ({ open, records }) => {
    const { cert, key } = await makeCertificate("demanding.test");
    for (const version of ["-tls1_2", "-tls1_3"]) {
      await withFiles({ cert, key }, async (folder) => {
        await using server = await DemandingServer.start(folder, version);
        using peer = await open("demanding.test", {}, server.port);
        await records.expect({ outcome: "intercepted" });
        await peer.send(
          head("GET / HTTP/1.1", `Host: demanding.test:${server.port}`),
        );
        const { status, body } = await answerOf(peer);
        assertEquals(status, 502, version);
        assertMatch(body, /received fatal alert: (?:HandshakeF|CertificateR)/);
        await records.expect({ errorCode: "tls_alert_received" });
      });
    }
  },
);

/** An origin that takes nobody without a certificate. */
class DemandingServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly port: number;

  private constructor(process: Deno.ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Shows the certificate in `folder`. */
  static async start(
    folder: string,
    version: string,
  ): Promise<DemandingServer> {
    const process = new Deno.Command("openssl", {
      args: [
        ...["s_server", "-accept", "127.0.0.1:0", version],
        ...["-cert", join(folder, "cert"), "-key", join(folder, "key")],
        ...["-Verify", "1", "-www"],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = new Output(process.stdout);
    const [, port] = await output.waitFor(/^ACCEPT \S+:(\d+)$/m);
    return new DemandingServer(process, Number(port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.status;
  }
}
