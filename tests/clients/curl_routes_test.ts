/** The ways that curl can take, and what it is told where one is closed. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ScriptedServer } from "../net/loopback.ts";
import { testWith } from "../requirement.ts";
import { content, digest } from "./content_origin.ts";
import { curl } from "./curl.ts";
import { openStage } from "./stage.ts";
import { run, succeed } from "./strangers.ts";

const BIG_BYTES = 64 * 1024 * 1024;

testWith(["curl", "openssl"], "curl and the ways around", async (t) => {
  await using stage = await openStage();
  const { proxy, plain } = stage;
  const ask = (...args: string[]) => curl(stage, args);

  await t.step("a tunnel for http", async () => {
    const { stdout } = await ask("-p", `${plain.url}/bytes/3000`);
    assertEquals(stdout, content(3000));
    const record = await proxy.record(({ method }) => method === "CONNECT");
    assertEquals(record.url, `127.0.0.1:${plain.port}`);
    assertEquals(record.outcome, "tunnel");
  });

  await t.step("a dead port is 502 for CONNECT and for GET", async () => {
    const dead = `127.0.0.1:${freePort()}`;
    const args = ["-q", "-sS", "-x", proxy.url, `http://${dead}/`];
    const tunnel = await run("curl", ["-p", "-w", "%{http_connect}", ...args]);
    assertEquals([tunnel.code, tunnel.text], [56, "502"]);
    const { text } = await run("curl", ["-i", ...args]);
    assertStringIncludes(text, "HTTP/1.1 502 Bad Gateway");
    assertStringIncludes(text, "sluice; error=connection_refused");
    const record = await proxy.record(({ url }) => url === dead);
    assertEquals([record.status, record.outcome], [502, "error"]);
    assertEquals(record.error?.code, "connection_refused");
  });

  await t.step("a body that the origin cuts short is cut", async () => {
    for (
      const framing of ["Content-Length: 9000", "Transfer-Encoding: chunked"]
    ) {
      await using origin = new ScriptedServer(async (peer) => {
        await peer.head();
        await peer.send(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n3\r\nabc\r\n`);
      });
      const url = `http://127.0.0.1:${origin.port}/cut`;
      const { code } = await run("curl", ["-qsS", "-x", proxy.url, url]);
      // CURLE_PARTIAL_FILE
      assertEquals(code, 18);
      const record = await proxy.record((one) => one.url === url);
      assertEquals([record.status, record.outcome], [200, "error"]);
      assertEquals(record.error?.code, "http_response_incomplete");
    }
  });

  await t.step("no_proxy leaves the proxy out", async () => {
    const env = { http_proxy: proxy.url, no_proxy: "127.0.0.1" };
    const past = await succeed("curl", ["-qsS", `${plain.url}/fields`], {
      env,
    });
    assert(!("via" in JSON.parse(past.text)));
    const { text } = await succeed("curl", ["-qsS", `${plain.url}/fields`], {
      env: { ...env, no_proxy: "example.com" },
    });
    assertStringIncludes(JSON.parse(text).via, "1.1 sluice-");
  });

  await t.step("fields for the proxy stay there", async () => {
    const { text } = await ask(
      ...["-H", "Proxy-Connection: keep-alive", "-U", "someone:secret"],
      ...["-H", "Connection: keep-alive, X-Hop", "-H", "X-Hop: 1"],
      ...["-H", "X-End: 2", `${plain.url}/fields`],
    );
    const fields = JSON.parse(text);
    assertEquals(fields["x-end"], "2");
    for (
      const name of ["proxy-connection", "proxy-authorization", "x-hop"]
    ) assert(!(name in fields), name);
  });

  await t.step("a slow reader gets everything", async () => {
    const { stdout } = await ask(
      "--limit-rate",
      "3M",
      `${plain.url}/stream/4000000`,
    );
    assertEquals(digest(stdout), digest(content(4_000_000)));
  });

  await t.step("one that gives up is recorded", async () => {
    const url = `${plain.url}/bytes/${BIG_BYTES}?left`;
    const args = [
      "-qsS",
      "-x",
      proxy.url,
      "--limit-rate",
      "1M",
      "-m",
      "1",
      url,
    ];
    const { code, stdout } = await run("curl", args);
    assertEquals(code, 28);
    assertEquals(stdout, content(stdout.length));
    const record = await proxy.record((one) => one.url === url);
    assertEquals(record.outcome, "error");
    assertEquals(record.error?.code, "client_gone");
    assert(
      record.bytesOut < BIG_BYTES / 2,
      `${record.bytesOut} bytes went out`,
    );
  });
});

/** A port of 127.0.0.1 at which nobody listens. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
