import { assertEquals, assertRejects } from "@std/assert";
import {
  type ConnectOptions,
  type ConnectTo,
  connectToFirst,
} from "../../src/net/connect_to_first.ts";
import { DescriptorBudget } from "../../src/net/descriptor_budget.ts";
import { greeter, LOCAL } from "./dial_bench.ts";
import { turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const { signal } = new AbortController();
/** A whole race within some ms. */
const QUICK = { delayMs: 1, leastMs: 5 };
/** Addresses that nobody has. */
const MANY = Array.from({ length: 60 }, (_, i) => `192.0.2.${i}`);

function budget(limit = Infinity, size = 0): DescriptorBudget {
  return new DescriptorBudget({ size }, limit);
}

/** To a server of this machine. */
function race(
  addresses: readonly string[],
  port: number,
): Promise<Deno.TcpConn> {
  const connectTo: ConnectTo = (hostname, signal) =>
    Deno.connect({ hostname, port, signal });
  return connectToFirst(
    { addresses, connectTo, descriptors: budget() },
    signal,
  );
}

/** To addresses that stay silent, all but those of `answers`: what was tried, and how many at once. */
function silentRace(
  answers: Readonly<Record<string, () => Promise<Deno.TcpConn>>>,
  options: Partial<ConnectOptions> = {},
) {
  const tried: string[] = [];
  const atOnce: number[] = [];
  const running = new Set<string>();
  const connectTo: ConnectTo = (address, signal) => {
    tried.push(address);
    running.add(address);
    atOnce.push(running.size);
    return (answers[address]?.() ?? untilAborted(signal))
      .finally(() => running.delete(address));
  };
  const all = {
    addresses: MANY,
    connectTo,
    descriptors: budget(),
    pace: QUICK,
    ...options,
  };
  const connect = (cancel = signal) => connectToFirst(all, cancel);
  return { connect, tried, atOnce, running };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

function refuse(): Promise<never> {
  return Promise.reject(new Deno.errors.ConnectionRefused("refused"));
}

Deno.test("connectToFirst() makes one connection where the first address answers", async () => {
  await using server = greeter();
  const conn = await race([LOCAL, LOCAL, LOCAL], server.port);
  conn.close();
  assertEquals(server.accepted, 1);
});

Deno.test("connectToFirst() goes on where an address refuses, and says why the last one did", async () => {
  await using server = greeter();
  // Nobody listens at the other addresses of this machine.
  const addresses = ["127.0.0.2", "127.0.0.3", LOCAL];
  const conn = await race(addresses, server.port);
  assertEquals(conn.remoteAddr.hostname, LOCAL);
  conn.close();
  await assertRejects(
    () => race(addresses.slice(0, 2), server.port),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("connectToFirst() tries eight addresses of however many", async () => {
  const refusing = Object.fromEntries(MANY.map((one) => [one, refuse]));
  const { connect, tried } = silentRace(refusing);
  await assertRejects(() => connect(), Deno.errors.ConnectionRefused);
  assertEquals(tried, MANY.slice(0, 8));
});

Deno.test("connectToFirst() tries three at once, and the oldest gives way", async () => {
  await using server = greeter();
  const { connect, tried, atOnce, running } = silentRace({
    "192.0.2.7": () => Deno.connect({ hostname: LOCAL, port: server.port }),
  });
  const conn = await connect();
  conn.close();
  assertEquals(tried, MANY.slice(0, 8));
  // The oldest is told to end before the next one begins, and ends a little later.
  assertEquals(atOnce.slice(0, 4), [1, 2, 3, 4]);
  assertEquals(Math.max(...atOnce), 4);
  await turn();
  assertEquals(running.size, 0, "attempts are left");
});

Deno.test("connectToFirst() leaves a silent address its time before it gives way", async () => {
  await using server = greeter();
  const startMs = performance.now();
  const { connect } = silentRace({
    "192.0.2.3": () => Deno.connect({ hostname: LOCAL, port: server.port }),
  }, { pace: { delayMs: 1, leastMs: 100 } });
  (await connect()).close();
  assertEquals(performance.now() - startMs >= 99, true);
});

Deno.test("connectToFirst() counts its attempts, and tries one at a time where there is no room", async () => {
  const descriptors = budget(96 + 40, 38);
  await using server = greeter();
  const { connect, atOnce, running } = silentRace({
    "192.0.2.4": () => {
      assertEquals(descriptors.isSpent, true);
      return Deno.connect({ hostname: LOCAL, port: server.port });
    },
  }, { descriptors });
  (await connect()).close();
  // Room is for two beside the one that is counted by its dial; what gives way is counted until it is gone.
  assertEquals(atOnce.slice(0, 3), [1, 2, 3]);
  await turn();
  assertEquals([running.size, descriptors.isSpent], [0, false]);

  const spent = silentRace({
    "192.0.2.4": () => Deno.connect({ hostname: LOCAL, port: server.port }),
  }, { descriptors: budget(96 + 40, 40) });
  (await spent.connect()).close();
  assertEquals(Math.max(...spent.atOnce), 2);
});

Deno.test("connectToFirst() ends all attempts when nobody wants one any more", async () => {
  const cancel = new AbortController();
  const { connect, running } = silentRace({
    "192.0.2.2": () => {
      cancel.abort();
      return untilAborted(cancel.signal);
    },
  });
  const error = await assertRejects(() => connect(cancel.signal), DOMException);
  assertEquals(error.name, "AbortError");
  await turn();
  assertEquals(running.size, 0, "attempts are left");
});
