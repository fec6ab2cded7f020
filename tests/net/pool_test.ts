import { assertEquals, assertStrictEquals } from "@std/assert";
import { Pool } from "../../src/net/pool.ts";
import { Upstream } from "../../src/net/upstream.ts";
import { fakeConn, FakeStream } from "./fake_stream.ts";
import { pair, soon, TestNet, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const IDLE_TIMEOUT_MS = 30_000;

interface Idle {
  readonly upstream: Upstream;
  readonly stream: FakeStream;
}

/** A pool, and upstreams over streams that the test answers. Closes them on dispose. */
class PoolBench implements Disposable {
  readonly net = new TestNet();
  readonly pool: Pool;
  readonly #made: Disposable[] = [];

  constructor(options: { maxIdle?: number; maxPerRoute?: number } = {}) {
    this.pool = new Pool({ idleTimeoutMs: IDLE_TIMEOUT_MS, ...options });
  }

  upstream(key: string): Idle {
    const made = fakeConn(this.net);
    this.#made.push(made);
    const { conn, stream } = made;
    return {
      upstream: new Upstream(conn, this.net.buffers, "192.0.2.1", key),
      stream,
    };
  }

  /** An upstream that is in the pool. */
  idle(key: string): Idle {
    const made = this.upstream(key);
    this.pool.give(made.upstream);
    return made;
  }

  [Symbol.dispose](): void {
    this.pool.closeAll();
    for (const made of this.#made) made[Symbol.dispose]();
  }
}

Deno.test("Pool.take() gives what was given under that key, marked as reused", () => {
  using bench = new PoolBench();
  const { upstream } = bench.idle("a");
  assertEquals(upstream.isReused, false);
  assertEquals(bench.pool.take("b"), undefined);
  assertStrictEquals(bench.pool.take("a"), upstream);
  assertEquals(upstream.isReused, true);
  assertEquals(bench.pool.take("a"), undefined);
  assertEquals(bench.pool.size, 0);
});

Deno.test("Pool.take() gives the one that was used last", () => {
  using bench = new PoolBench();
  const [first, second, third] = ["a", "a", "a"].map((key) => bench.idle(key));
  assertStrictEquals(bench.pool.take("a"), third!.upstream);
  assertStrictEquals(bench.pool.take("a"), second!.upstream);
  assertStrictEquals(bench.pool.take("a"), first!.upstream);
});

Deno.test("Pool.take() hands over a connection that does not expire or leave any more", async () => {
  using bench = new PoolBench();
  bench.idle("a");
  const taken = bench.pool.take("a")!;
  bench.net.pass(IDLE_TIMEOUT_MS * 2);
  assertEquals([taken.conn.isExpired, taken.conn.onEnd], [false, undefined]);
  await turn();
  assertEquals(taken.conn.isClosed, false);
});

Deno.test("Pool.take() hands over the read that runs, so no byte of the answer is lost", async () => {
  using bench = new PoolBench();
  const { stream } = bench.idle("a");
  const taken = bench.pool.take("a")!;
  const head = taken.readHead();
  assertEquals(stream.readsStarted, 1);
  stream.answer("HTTP/1.1 204 No Content\r\n\r\n");
  assertEquals((await head)?.status, 204);
});

Deno.test("Pool drops a connection that the origin closes or resets while idle", async () => {
  for (const end of [null, new Deno.errors.ConnectionReset("reset")]) {
    using bench = new PoolBench();
    const { upstream, stream } = bench.idle("a");
    const other = bench.idle("a");
    stream.answer(end);
    await turn();
    assertEquals(upstream.conn.isClosed, true);
    assertEquals(bench.pool.size, 1);
    assertStrictEquals(bench.pool.take("a"), other.upstream);
    assertEquals(bench.pool.take("a"), undefined);
  }
});

Deno.test("Pool closes its socket when the origin has closed its own", async () => {
  const net = new TestNet();
  const pool = new Pool({ idleTimeoutMs: IDLE_TIMEOUT_MS });
  using near = await pair(net);
  pool.give(new Upstream(near.conn, net.buffers, "127.0.0.1", "a"));
  await near.peer.closeWrite();
  assertEquals(await soon(near.peer.rest(), "the end of our side"), "");
  assertEquals(pool.size, 0);
});

Deno.test("Pool.take() gives no connection with bytes that nobody asked for", async () => {
  using bench = new PoolBench();
  const clean = bench.idle("a");
  const dirty = bench.idle("a");
  dirty.stream.answer("HTTP/1.1 200 OK\r\n\r\n");
  await turn();
  assertStrictEquals(bench.pool.take("a"), clean.upstream);
  assertEquals(dirty.upstream.conn.isClosed, true);
  assertEquals(bench.pool.size, 0);
});

Deno.test("Pool forgets a connection with unasked bytes once it expires", async () => {
  using bench = new PoolBench();
  const { upstream, stream } = bench.idle("a");
  stream.answer("HTTP/1.1 408 Request Timeout\r\n\r\n");
  await turn();
  bench.net.pass(IDLE_TIMEOUT_MS * 2);
  await turn();
  assertEquals(upstream.conn.isClosed, true);
  assertEquals(bench.pool.size, 0);
});

Deno.test("Pool.give() refuses what has ended or has bytes left over", async () => {
  using bench = new PoolBench();
  for (const last of [null, "left over"]) {
    const { upstream, stream } = bench.upstream("a");
    const filling = upstream.conn.fill();
    stream.answer(last);
    await filling;
    bench.pool.give(upstream);
    assertEquals(upstream.conn.isClosed, true);
  }
  assertEquals(bench.pool.size, 0);
});

Deno.test("Pool.give() watches a connection whose last answer came before it was asked for", async () => {
  using bench = new PoolBench();
  const { stream } = bench.idle("a");
  const taken = bench.pool.take("a")!;
  stream.answer("HTTP/1.1 204 No Content\r\n\r\n");
  await turn();
  await taken.readHead();
  bench.pool.give(taken);
  assertEquals(stream.readsUnderWay, 1);
  stream.answer(null);
  await turn();
  assertEquals([bench.pool.size, taken.conn.isClosed], [0, true]);
});

Deno.test("Pool expires a connection that is idle for too long", async () => {
  using bench = new PoolBench();
  const old = bench.idle("a");
  bench.net.pass(IDLE_TIMEOUT_MS - 1);
  const young = bench.idle("a");
  bench.net.pass(100);
  await turn();
  assertEquals(old.upstream.conn.isClosed, true);
  assertEquals(bench.pool.size, 1);
  assertStrictEquals(bench.pool.take("a"), young.upstream);
  assertEquals(bench.pool.take("a"), undefined);
});

Deno.test("Pool.take() gives no connection that expired in this very turn", () => {
  using bench = new PoolBench();
  bench.idle("a");
  bench.net.pass(IDLE_TIMEOUT_MS * 2);
  assertEquals(bench.pool.take("a"), undefined);
});

Deno.test("Pool.give() keeps a bounded number for one route", () => {
  using bench = new PoolBench({ maxPerRoute: 2 });
  const idle = [1, 2, 3].map(() => bench.idle("a"));
  bench.idle("b");
  assertEquals(bench.pool.size, 3);
  assertEquals(idle.map(({ stream }) => stream.isClosed), [false, false, true]);
});

Deno.test("Pool.give() makes room by closing the one idle for longest", () => {
  using bench = new PoolBench({ maxIdle: 2 });
  const oldest = bench.idle("a");
  const middle = bench.idle("b");
  bench.pool.give(bench.pool.take("a")!);
  const newest = bench.idle("c");
  assertEquals(bench.pool.size, 2);
  assertEquals(middle.stream.isClosed, true);
  assertEquals(bench.pool.take("b"), undefined);
  assertStrictEquals(bench.pool.take("a"), oldest.upstream);
  assertStrictEquals(bench.pool.take("c"), newest.upstream);
});

Deno.test("Pool.give() may close the only other one of its own route", () => {
  using bench = new PoolBench({ maxIdle: 1 });
  const first = bench.idle("a");
  const second = bench.idle("a");
  assertEquals(first.stream.isClosed, true);
  assertStrictEquals(bench.pool.take("a"), second.upstream);
  assertEquals([bench.pool.take("a"), bench.pool.size], [undefined, 0]);
});

Deno.test("Pool.closeAll() closes what is idle and leaves what is in use", () => {
  using bench = new PoolBench();
  const used = bench.idle("a");
  bench.pool.take("a");
  const idle = [bench.idle("a"), bench.idle("b")];
  bench.pool.closeAll();
  assertEquals(bench.pool.size, 0);
  assertEquals(idle.map(({ stream }) => stream.isClosed), [true, true]);
  assertEquals(used.stream.isClosed, false);
  assertEquals(bench.pool.take("a"), undefined);
});
