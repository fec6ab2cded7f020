/** Thousands of clients that hold their connections, while others are served. */

import { assertEquals, assertLess } from "@std/assert";
import { testWith } from "../requirement.ts";
import { Peer } from "../net/loopback.ts";
import { content, digest, Origin } from "./content_origin.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { succeed } from "./strangers.ts";

const IDLE_CLIENTS = 2_000;

testWith(["curl"], "the proxy serves beside 2,000 idle clients", async () => {
  await using origin = new Origin();
  await using proxy = await ProxyProcess.start([
    ...["--max-connections-per-client", "4000", "--head-timeout", "5m"],
    ...["--idle-timeout", "5m"],
  ]);
  using stack = new DisposableStack();
  const idle: Peer[] = [];
  for (let i = 0; i < IDLE_CLIENTS; i++) {
    idle.push(stack.use(await connect(proxy)));
  }
  // Half of them have been served before, half have not said a word.
  const served = idle.slice(IDLE_CLIENTS / 2);
  await Promise.all(served.map((peer) => ask(peer, `${origin.url}/bytes/7`)));

  const url = `${origin.url}/bytes/100000`;
  const args = ["-qsS", "-x", proxy.url, "-w", "%{stderr}%{time_total}", url];
  const { stdout, stderr } = await succeed("curl", args);
  assertEquals(digest(stdout), digest(content(100_000)));
  assertLess(Number(stderr), 2);

  // All of them are still there.
  await Promise.all(idle.map((peer) => ask(peer, `${origin.url}/bytes/9`)));
});

testWith(["curl"], "the proxy refuses clients past its limit", async () => {
  await using origin = new Origin();
  await using proxy = await ProxyProcess.start(["--max-connections", "2"]);
  using first = await connect(proxy);
  using second = await connect(proxy);
  await ask(first, `${origin.url}/bytes/1`);
  await ask(second, `${origin.url}/bytes/1`);
  const args = ["-qsS", "-x", proxy.url, "-w", "%{http_code}", "-o"];
  const end = ["/dev/null", `${origin.url}/bytes/1`];
  const refused = await succeed("curl", [...args, ...end]);
  assertEquals(refused.text, "503");
  const record = await proxy.record(({ status }) => status === 503);
  assertEquals(record.outcome, "limited");
  await ask(first, `${origin.url}/bytes/2`);
});

async function connect({ port }: ProxyProcess): Promise<Peer> {
  return new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
}

/** Asks for /bytes/N and compares what comes. */
async function ask(peer: Peer, url: string): Promise<void> {
  const length = Number(url.split("/").at(-1));
  await peer.send(`GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  assertEquals((await peer.head()).slice(0, 13), "HTTP/1.1 200 ");
  assertEquals(await peer.bytes(length), content(length));
}
