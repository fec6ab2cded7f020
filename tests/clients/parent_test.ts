/** The proxy behind a parent: another proxy of its kind, or a SOCKS server. */

import { assertEquals, assertMatch } from "@std/assert";
import { testWith } from "../requirement.ts";
import { content, digest, type Origin } from "./content_origin.ts";
import { curl } from "./curl.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { SocksServer } from "./socks_server.ts";
import { openStage, type Stage } from "./stage.ts";

const BODY_BYTES = 2_000_000;

testWith(["curl", "openssl"], "the proxy asks another proxy", async (t) => {
  await using parent = await ProxyProcess.start();
  await using stage = await openStage(["--upstream", parent.url]);
  const { plain, secure, proxy } = stage;

  await t.step("in the clear", async () => {
    await assertServed(stage, plain);
    const { url, status } = await parent.record(({ method }) =>
      method === "GET"
    );
    assertEquals([url, status], [`${plain.url}/stream/${BODY_BYTES}`, 200]);
    await proxy.record((record) => record.url === url);
  });

  await t.step("in a tunnel", async () => {
    await assertServed(stage, secure);
    const isTunnel = ({ url }: { url: string }) =>
      url === `127.0.0.1:${secure.port}`;
    assertEquals((await parent.record(isTunnel)).outcome, "tunnel");
    assertEquals((await proxy.record(isTunnel)).outcome, "tunnel");
  });

  await t.step("and both are in Via", async () => {
    const { text } = await curl(stage, [`${plain.url}/fields`]);
    const { via } = JSON.parse(text);
    assertMatch(via, /^1\.1 sluice-\w+, 1\.1 sluice-\w+$/);
  });
});

testWith(["curl", "openssl"], "the proxy goes past its parent", async () => {
  await using parent = await ProxyProcess.start();
  await using stage = await openStage([
    ...["--upstream", parent.url, "--no-proxy", "127.0.0.0/8"],
  ]);
  await assertServed(stage, stage.plain);
  await assertServed(stage, stage.secure);
  assertEquals(parent.records, []);
});

testWith(["curl", "openssl"], "the proxy asks a SOCKS server", async () => {
  for (const credentials of [undefined, "someone:secret"]) {
    await using socks = new SocksServer(credentials);
    const user = credentials === undefined ? "" : `${credentials}@`;
    const upstream = `socks5://${user}127.0.0.1:${socks.port}`;
    await using stage = await openStage(["--upstream", upstream]);
    await assertServed(stage, stage.plain);
    await assertServed(stage, stage.secure);
    assertEquals(
      [...new Set(socks.destinations)],
      [stage.plain, stage.secure].map(({ port }) => `127.0.0.1:${port}`),
    );
  }
});

testWith(["curl", "openssl"], "a dead parent is 502", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const upstream = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  await using stage = await openStage(["--upstream", upstream]);
  const { text } = await curl(
    stage,
    ["-o", "/dev/null", "-w", "%{http_code}", `${stage.plain.url}/fields`],
  );
  assertEquals(text, "502");
  const { error } = await stage.proxy.record(({ status }) => status === 502);
  assertEquals(error?.code, "connection_refused");
});

/** Asserts that a large body comes and one goes. */
async function assertServed(stage: Stage, { url }: Origin): Promise<void> {
  const got = await curl(stage, [`${url}/stream/${BODY_BYTES}`]);
  assertEquals(digest(got.stdout), digest(content(BODY_BYTES)));
  const path = await stage.folder.write("body", content(BODY_BYTES));
  const sent = await curl(stage, ["-T", path, `${url}/digest`]);
  assertEquals(sent.text, digest(content(BODY_BYTES)));
}
