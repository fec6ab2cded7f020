import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Peer } from "../net/loopback.ts";
import { testWith } from "../requirement.ts";
import { ChildProxy, get } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";

const SHORTAGE = /no file descriptors are left/g;
/** Asks for a head and no body. */
const PING = "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

testWith(
  ["prlimit"],
  "run() lives through a shortage of file descriptors",
  async () => {
    await using origin = plainOrigin("reached");
    await using proxy = await ChildProxy.start([], {
      under: ["prlimit", "--nofile=60:60"],
    });
    using clients = new Clients(proxy);
    const waiting = await clients.connectUntilShort();
    const [first] = clients.served;

    await first!.send(get(origin.url));
    const refused = await first!.head();
    assertMatch(refused, /^HTTP\/1\.1 503 /);
    assertMatch(
      refused,
      /\r\nProxy-Status: sluice; error=connection_limit_reached/,
    );
    assertMatch(refused, /\r\nRetry-After: \d+\r\n/);

    clients.closeServed();
    assertMatch(await waiting.answer, / 200 /);
    assertMatch(await proxy.exchange(get(origin.url)), / 200 [^]*reached$/);
    const { code, stderr } = await proxy.stop();
    assertEquals(code, 0);
    assertEquals(stderr.match(SHORTAGE)?.length, 1, stderr);
    assertStringIncludes(
      stderr,
      "raise `ulimit -n` or lower --max-connections",
    );
  },
);

const UNSEEN = /limit of file descriptors can't be seen, so 1024 are assumed/;

testWith(
  ["prlimit"],
  "run() keeps 96 descriptors back with the permissions of deno.json",
  async () => {
    await using proxy = await startWith(300, ["-P"]);
    using clients = new Clients(proxy);
    await clients.connectUntilClosed();
    assertEquals(clients.served.length, 300 - 96);
    clients.closeServed();
    const { code, stderr } = await proxy.stop();
    assertEquals(code, 0);
    assertEquals(stderr.match(SHORTAGE)?.length, 1, stderr);
    assertNotMatch(stderr, UNSEEN);
  },
);

testWith(
  ["prlimit"],
  "run() assumes a limit of descriptors where it can't see its own, and says so",
  async () => {
    await using proxy = await startWith(2000, [
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-net",
      "--allow-env",
      "--allow-sys",
    ]);
    using clients = new Clients(proxy);
    await clients.connectUntilClosed();
    assertEquals(clients.served.length, 1024 - 96);
    assertMatch((await proxy.stop()).stderr, UNSEEN);
  },
);

function startWith(
  descriptors: number,
  permissions: readonly string[],
): Promise<ChildProxy> {
  const args = ["--rules", "off", "--max-connections-per-client", "9999"];
  const under = ["prlimit", `--nofile=${descriptors}:${descriptors}`];
  return ChildProxy.start(args, { permissions, under });
}

/** Clients that keep their connections. */
class Clients implements Disposable {
  readonly served: Peer[] = [];
  readonly #proxy: ChildProxy;
  #unserved: Peer | undefined;

  constructor(proxy: ChildProxy) {
    this.#proxy = proxy;
  }

  /**
   * Connects clients, one after another, each served once, until the proxy says
   * that it can't accept one.
   *
   * @returns The answer to that one, which waits.
   */
  async connectUntilShort(): Promise<{ answer: Promise<string> }> {
    const short = this.#proxy.stderr.waitFor(new RegExp(SHORTAGE.source));
    while (true) {
      const peer = await this.#proxy.connect();
      this.#unserved = peer;
      await peer.send(PING);
      const answer = peer.head();
      const isServed = await Promise.race([
        answer.then(() => true),
        short.then(() => false),
      ]);
      if (!isServed) return { answer };
      this.served.push(peer);
    }
  }

  /** Connects clients, one after another, each served once, until one is closed without an answer. */
  async connectUntilClosed(): Promise<void> {
    while (true) {
      const peer = this.#unserved = await this.#proxy.connect();
      try {
        await peer.send(PING);
        await peer.head();
      } catch {
        // The end, or a reset.
        return;
      }
      this.served.push(peer);
    }
  }

  closeServed(): void {
    for (const peer of this.served.splice(0)) peer.close();
  }

  [Symbol.dispose](): void {
    this.closeServed();
    this.#unserved?.close();
  }
}
