import {
  assertEquals,
  assertGreaterOrEqual,
  assertStringIncludes,
} from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import {
  assertGreets,
  DialBench,
  direct,
  EVERYWHERE,
  greeter,
  LOCAL,
  lookUpOf,
  TIMEOUT_MS,
} from "./dial_bench.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Another address of this machine: on Linux the whole of 127.0.0.0/8 is. */
const OTHER_LOCAL = "127.0.0.2";
const isLinux = Deno.build.os === "linux";

/** A port at which nobody listens. */
function deadPort(): number {
  const listener = Deno.listen({ hostname: LOCAL, port: 0 });
  listener.close();
  return listener.addr.port;
}

/** An address at which a connection is neither accepted nor refused: its queue is full. */
async function blackHole(port: number): Promise<Disposable> {
  const address = { hostname: OTHER_LOCAL, port };
  const listener = Deno.listen({ ...address, tcpBacklog: 1 });
  const queue = await Promise.all([
    Deno.connect(address),
    Deno.connect(address),
  ]);
  return {
    [Symbol.dispose]() {
      for (const conn of queue) conn.close();
      listener.close();
    },
  };
}

Deno.test("Dialer.dial() connects to an address", async () => {
  await using server = greeter();
  const bench = new DialBench();
  const dialled = await bench.dial(direct(server.port));
  assertEquals([dialled.address, dialled.dnsMs, dialled.tlsMs], [
    LOCAL,
    -1,
    -1,
  ]);
  assertGreaterOrEqual(dialled.connectMs, 0);
  await assertGreets(dialled);
});

Deno.test("Dialer.dial() connects to a name", async () => {
  await using server = greeter();
  const bench = new DialBench(lookUpOf(LOCAL));
  const dialled = await bench.dial(direct(server.port, "origin.test"));
  assertEquals(dialled.address, LOCAL);
  assertGreaterOrEqual(dialled.dnsMs, 0);
  await assertGreets(dialled);
});

Deno.test("Dialer.dial() leaves the connection alone once it is made", async () => {
  await using server = greeter();
  const bench = new DialBench();
  const dialled = await bench.dial(direct(server.port));
  assertEquals(bench.net.deadlines.size, 1);
  bench.net.pass(TIMEOUT_MS * 2);
  bench.cancel.abort();
  assertEquals(dialled.conn.isClosed, false);
  await assertGreets(dialled);
});

Deno.test("Dialer.dial() answers 502 when the connection is refused", async () => {
  const error = await new DialBench().failure(direct(deadPort()));
  assertEquals([error.status, error.side, error.code], [
    502,
    "origin",
    "connection_refused",
  ]);
});

Deno.test("Dialer.dial() answers 502 when the name has no address", async () => {
  const bench = new DialBench(() =>
    Promise.reject(new Deno.errors.NotFound("no such name"))
  );
  const error = await bench.failure(direct(80, "none.test"));
  assertEquals([error.status, error.code], [502, "dns_error"]);
  assertStringIncludes(error.message, "none.test");
});

Deno.test("Dialer.dial() answers 504 when the name server is silent", async () => {
  const bench = new DialBench((_name, _type, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })
  );
  const failing = bench.failure(direct(80, "slow.test"));
  bench.net.pass(TIMEOUT_MS * 2);
  const error = await failing;
  assertEquals([error.status, error.code], [504, "dns_timeout"]);
});

Deno.test({
  name: "Dialer.dial() answers 504 when an address is silent",
  ignore: !isLinux,
  async fn() {
    const port = deadPort();
    using _hole = await blackHole(port);
    const bench = new DialBench();
    const failing = bench.failure(direct(port, OTHER_LOCAL));
    bench.net.pass(TIMEOUT_MS * 2);
    const error = await failing;
    assertEquals([error.status, error.code], [504, "connection_timeout"]);
  },
});

Deno.test("Dialer.dial() connects to nobody when it was cancelled before", async () => {
  await using server = greeter();
  for (const addresses of [[LOCAL], [OTHER_LOCAL, LOCAL]]) {
    const bench = new DialBench(lookUpOf(...addresses));
    bench.cancel.abort();
    const error = await bench.failure(direct(server.port, "origin.test"));
    assertEquals(
      [502, 503, 504].includes(error.status),
      true,
      `${error.status}`,
    );
  }
  assertEquals(server.accepted, 0);
});

Deno.test({
  name: "Dialer.dial() gives up when it is cancelled while it connects",
  ignore: !isLinux,
  async fn() {
    const port = deadPort();
    using _hole = await blackHole(port);
    for (const addresses of [[OTHER_LOCAL], [OTHER_LOCAL, OTHER_LOCAL]]) {
      const bench = new DialBench(lookUpOf(...addresses));
      const failing = bench.failure(direct(port, "origin.test"));
      bench.cancel.abort();
      const error = await failing;
      assertEquals(
        [502, 503, 504].includes(error.status),
        true,
        `${error.status}`,
      );
    }
  },
});

Deno.test("Dialer.dial() goes on to the next address when one refuses", async () => {
  await using server = greeter();
  const bench = new DialBench(lookUpOf("127.0.0.3", OTHER_LOCAL, LOCAL));
  const dialled = await bench.dial(direct(server.port, "origin.test"));
  assertEquals(dialled.address, LOCAL);
  await assertGreets(dialled);
});

Deno.test({
  name: "Dialer.dial() lets the next address join when one is silent",
  ignore: !isLinux,
  async fn() {
    await using server = greeter();
    using _hole = await blackHole(server.port);
    const bench = new DialBench(lookUpOf(OTHER_LOCAL, LOCAL));
    const dialled = await bench.dial(direct(server.port, "origin.test"));
    assertEquals(dialled.address, LOCAL);
    await assertGreets(dialled);
  },
});

const PROHIBITED = new ProxyError(
  403,
  "client",
  "destination_ip_prohibited",
  "not there",
);

Deno.test("Dialer.dial() resolves the host that its guard says", async () => {
  await using server = greeter();
  const asked: string[] = [];
  const bench = new DialBench((name) => {
    asked.push(name);
    return Promise.resolve([LOCAL]);
  }, {
    guard: {
      ...EVERYWHERE,
      firstHost: () => "other.test",
      allowed: (_route, addresses) => addresses,
    },
  });
  await assertGreets(await bench.dial(direct(server.port, "origin.test")));
  assertEquals(new Set(asked), new Set(["other.test"]));
});

Deno.test("Dialer.dial() dials none but the addresses that its guard allows", async () => {
  await using server = greeter();
  using other = Deno.listen({ hostname: OTHER_LOCAL, port: server.port });
  const reached = other.accept().then(() => true, () => false);
  const bench = new DialBench(lookUpOf(OTHER_LOCAL, LOCAL), {
    guard: {
      ...EVERYWHERE,
      allowed: (_route, addresses) =>
        addresses.filter((address) => address === LOCAL),
    },
  });
  await assertGreets(await bench.dial(direct(server.port, "origin.test")));
  other.close();
  assertEquals(await reached, false);
});

Deno.test("Dialer.dial() asks its guard at each dial, and dials nothing that it refuses", async () => {
  await using server = greeter();
  let isAllowed = true;
  const bench = new DialBench(lookUpOf(LOCAL), {
    guard: {
      ...EVERYWHERE,
      allowed(_route, addresses) {
        if (isAllowed) return addresses;
        throw PROHIBITED;
      },
    },
  });
  await assertGreets(await bench.dial(direct(server.port)));
  isAllowed = false;
  assertEquals(await bench.failure(direct(server.port)), PROHIBITED);
  assertEquals(server.accepted, 1);
});

Deno.test("Dialer.dial() answers 502 when all the addresses refuse", async () => {
  const bench = new DialBench(lookUpOf(OTHER_LOCAL, LOCAL));
  const error = await bench.failure(direct(deadPort(), "origin.test"));
  assertEquals([error.status, error.code], [502, "connection_refused"]);
});

Deno.test("Dialer.dial() asks its guard about both ends of what it has connected", async () => {
  await using server = greeter();
  const asked: string[][] = [];
  const bench = new DialBench(lookUpOf(LOCAL), {
    guard: {
      ...EVERYWHERE,
      checkEnds(_route, local, remote) {
        asked.push([local, remote]);
        throw PROHIBITED;
      },
    },
  });
  const error = await bench.failure(direct(server.port, "origin.test"));
  assertEquals(error, PROHIBITED);
  assertEquals(asked, [[LOCAL, LOCAL]]);
});
