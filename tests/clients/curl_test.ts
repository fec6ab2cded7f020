/** What curl reads through the proxy, in the clear and in tunnels. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testWith } from "../requirement.ts";
import { content, digest } from "./content_origin.ts";
import { curl } from "./curl.ts";
import { openStage, type Stage } from "./stage.ts";

const BIG_BYTES = 64 * 1024 * 1024;

testWith(["curl", "openssl"], "curl reads through the proxy", async (t) => {
  await using stage = await openStage();
  const { proxy, plain, secure } = stage;
  const get = (...args: string[]) => curl(stage, args);

  await t.step("a page in the clear", async () => {
    const { stdout } = await get(`${plain.url}/bytes/100?page`);
    assertEquals(stdout, content(100));
    const record = await proxy.record(({ url }) => url.endsWith("?page"));
    assertEquals(record.method, "GET");
    assertEquals(record.url, `${plain.url}/bytes/100?page`);
    assertEquals([record.status, record.outcome], [200, "miss"]);
    assert(record.bytesOut > 100 && record.bytesIn > 60);
  });

  await t.step("a page in a tunnel", async () => {
    const { stdout } = await get(`${secure.url}/bytes/70000`);
    assertEquals(digest(stdout), digest(content(70_000)));
    const record = await proxy.record(({ method }) => method === "CONNECT");
    assertEquals(record.url, `127.0.0.1:${secure.port}`);
    assertEquals([record.status, record.outcome], [200, "tunnel"]);
    assert(record.bytesOut > 70_000);
  });

  await t.step("64 MiB in the clear", async () => {
    const { stdout } = await get(`${plain.url}/bytes/${BIG_BYTES}`);
    assertEquals(digest(stdout), digest(content(BIG_BYTES)));
    const record = await proxy.record(({ url }) =>
      url.includes(`${BIG_BYTES}`)
    );
    assert(record.bytesOut > BIG_BYTES && record.bytesOut < BIG_BYTES + 1000);
  });

  await t.step("64 MiB in a tunnel", async () => {
    const { stdout } = await get(
      "--http1.1",
      `${secure.url}/bytes/${BIG_BYTES}`,
    );
    assertEquals(digest(stdout), digest(content(BIG_BYTES)));
    await proxy.record(({ bytesOut, outcome }) =>
      bytesOut > BIG_BYTES && outcome === "tunnel"
    );
  });

  await t.step("HTTP/2 in a tunnel", async () => {
    const { stdout, stderr } = await get(
      ...["--http2", "-w", "%{stderr}%{http_version}"],
      `${secure.url}/stream/300000`,
    );
    assertEquals(digest(stdout), digest(content(300_000)));
    assertEquals(stderr, "2");
  });

  await t.step("a body of unknown length", async () => {
    const { stdout } = await get(`${plain.url}/stream/1000000`);
    assertEquals(digest(stdout), digest(content(1_000_000)));
  });

  await t.step("as HTTP/1.0: with a length and without", async () => {
    for (const path of ["bytes", "stream"]) {
      const { stdout } = await get("--http1.0", `${plain.url}/${path}/300000`);
      assertEquals(digest(stdout), digest(content(300_000)));
    }
  });

  await t.step("a compressed body, as it is", async () => {
    const { stdout } = await get("--compressed", `${plain.url}/gzip/200000`);
    assertEquals(digest(stdout), digest(content(200_000)));
  });

  await t.step("a range", async () => {
    const { stdout, stderr } = await get(
      ...["-r", "1000-1999", "-w", "%{stderr}%{http_code}"],
      `${plain.url}/bytes/5000`,
    );
    assertEquals(stdout, content(5000).slice(1000, 2000));
    assertEquals(stderr, "206");
  });

  await t.step("HEAD, and a GET on the same connection", async () => {
    const { text } = await get("-I", `${plain.url}/bytes/5000`);
    assertStringIncludes(text.toLowerCase(), "content-length: 5000\r\n");
    assertStringIncludes(text, "HTTP/1.1 200");
    const both = await get(
      ...["-I", "-w", "%{num_connects}", `${plain.url}/bytes/5000`, "--next"],
      ...["-sS", "-x", proxy.url, "-w", "%{stderr}%{num_connects}"],
      `${plain.url}/bytes/10`,
    );
    assertEquals(both.stderr, "0");
  });

  await t.step("304 for a page that has not changed", async () => {
    const { text } = await get(
      ...["-H", 'If-None-Match: "10"', "-w", "%{http_code}"],
      `${plain.url}/bytes/10`,
    );
    assertEquals(text, "304");
  });

  await t.step("a redirect, followed", async () => {
    const { stdout } = await get("-L", `${plain.url}/redirect/1234`);
    assertEquals(stdout, content(1234));
  });

  await t.step("several URLs on one connection", async () => {
    const urls = [1, 2, 3, 4].map((size) => `${plain.url}/bytes/${size}?kept`);
    const { stderr } = await get("-w", "%{stderr}%{num_connects}", ...urls);
    assertEquals(stderr, "1000");
    await proxy.record(({ url }) => url === urls[3]);
    const kept = proxy.records.filter(({ url }) => url.endsWith("?kept"));
    assertEquals(kept.map(({ url }) => url), urls);
    assertEquals(new Set(kept.map(({ client }) => client.port)).size, 1);
  });

  await t.step("an origin by its name", async () => {
    const url = `http://localhost:${plain.port}/bytes/55`;
    assertEquals((await get(url)).stdout, content(55));
    const secureUrl = `https://localhost:${secure.port}/bytes/66`;
    assertEquals((await get(secureUrl)).stdout, content(66));
  });

  await t.step("100 tunnels at once", async () => {
    const outputs = Array.from({ length: 100 }, (_, i) => [
      ...["-o", stage.folder.file(`tunnel${i}`)],
      `${secure.url}/bytes/${30_000 + i}`,
    ]).flat();
    await get(
      ...["--http1.1", "-Z", "--parallel-max", "100", "--parallel-immediate"],
      ...outputs,
    );
    for (let i = 0; i < 100; i++) {
      const got = await Deno.readFile(stage.folder.file(`tunnel${i}`));
      assertEquals(digest(got), digest(content(30_000 + i)));
    }
  });

  await t.step("200 requests at once", async () => {
    const urls = Array.from(
      { length: 200 },
      (_, i) => `${plain.url}/bytes/${10_000 + i}?crowd`,
    );
    const outputs = urls.flatMap((url, i) => [
      ...["-o", stage.folder.file(`crowd${i}`), url],
    ]);
    await get(
      "-Z",
      "--parallel-max",
      "200",
      "--parallel-immediate",
      ...outputs,
    );
    for (let i = 0; i < urls.length; i++) {
      const got = await Deno.readFile(stage.folder.file(`crowd${i}`));
      assertEquals(digest(got), digest(content(10_000 + i)));
    }
    assertEquals(await countOf(stage, "?crowd", 200), 200);
  });
});

/** How many records end with that text, once there are as many as wanted. */
async function countOf(
  { proxy }: Stage,
  ending: string,
  wanted: number,
): Promise<number> {
  const count = () =>
    proxy.records.filter(({ url }) => url.endsWith(ending)).length;
  await proxy.record(() => count() >= wanted);
  return count();
}
