/** A proxy that speaks TLS with its clients, asked by curl and by another proxy. */

import { assertEquals } from "@std/assert";
import { testWith } from "../requirement.ts";
import { makeCertificate } from "./certificate.ts";
import { content, digest } from "./content_origin.ts";
import { curl } from "./curl.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { openStage } from "./stage.ts";
import { succeed, TemporaryFolder } from "./strangers.ts";

const BODY_BYTES = 2_000_000;

testWith(["curl", "openssl"], "clients reach the proxy by TLS", async (t) => {
  using folder = new TemporaryFolder();
  const { certPath, keyPath } = await makeCertificate(folder);
  const tls = ["--tls-cert", certPath, "--tls-key", keyPath];
  await using safe = await ProxyProcess.start(tls);
  await using stage = await openStage([
    ...["--upstream", safe.url, "--upstream-ca", certPath],
  ]);
  const { plain, secure, certificate } = stage;
  const path = await folder.write("body", content(BODY_BYTES));

  await t.step("curl, in the clear and in tunnels", async () => {
    for (const { url } of [plain, secure]) {
      const common = [
        ...["-qsS", "-x", safe.url, "--proxy-cacert", certPath],
        ...["--cacert", certificate.certPath],
      ];
      const args = [...common, `${url}/stream/${BODY_BYTES}`];
      const got = await succeed("curl", args);
      assertEquals(digest(got.stdout), digest(content(BODY_BYTES)));
      const sent = await succeed("curl", [
        ...[...common, "-T", path, `${url}/digest`],
      ]);
      assertEquals(sent.text, digest(content(BODY_BYTES)));
    }
  });

  await t.step("another proxy, in the clear and in tunnels", async () => {
    for (const { url } of [plain, secure]) {
      const got = await curl(stage, [`${url}/stream/${BODY_BYTES}?parent`]);
      assertEquals(digest(got.stdout), digest(content(BODY_BYTES)));
      const sent = await curl(stage, ["-T", path, `${url}/digest`]);
      assertEquals(sent.text, digest(content(BODY_BYTES)));
    }
    await safe.record(({ url }) => url.endsWith("?parent"));
  });
});
