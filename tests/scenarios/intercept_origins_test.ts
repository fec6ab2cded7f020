/** Scenarios of origins behind tunnels that are intercepted, whose TLS is not in order. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { Origin } from "../clients/content_origin.ts";
import { ownAuthority } from "../mitm/openssl.ts";
import { makeCertificate } from "../net/test_certificate.ts";
import { answerOf, interceptScenario } from "./intercept_stage.ts";
import { head } from "./requests.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Asks an origin with that certificate for a page, as `host`. */
async function ask(
  stage: Parameters<Parameters<typeof interceptScenario>[2]>[0],
  host: string,
  certificate: { cert: string; key: string },
) {
  await using origin = new Origin(
    () => new Response("secret"),
    { ...certificate, certPath: "", keyPath: "" },
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
