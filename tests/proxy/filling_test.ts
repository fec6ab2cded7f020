import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FillBody } from "../../src/cache/fill.ts";
import { FillBudget } from "../../src/cache/fill_budget.ts";
import { ProxyError, WireError } from "../../src/errors.ts";
import { CHUNKED, UNTIL_CLOSE } from "../../src/http1/framing.ts";
import { BodyReader } from "../../src/net/body_reader.ts";
import { Buffers } from "../../src/net/buffers.ts";
import { type ByteStream, Conn } from "../../src/net/conn.ts";
import { Deadlines } from "../../src/net/deadlines.ts";
import { UnawaitedFetches } from "../../src/cache/unawaited_fetches.ts";
import { Filling, type FillingParts } from "../../src/proxy/filling.ts";

/** What fills a body from a connection on which these pieces come. */
function fillingOf(length: number, pieces: readonly string[]) {
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  return fillingFrom(length, (into) => {
    const piece = left.shift();
    if (piece === undefined) return Promise.resolve(null);
    into.set(piece);
    return Promise.resolve(piece.length);
  });
}

/** What fills a body from an origin that sends a byte every so many ms, and is given 30 for nobody. */
function drippingOf(
  length: number,
  everyMs: number,
  different: Partial<FillingParts> = {},
) {
  const { promise: closed, resolve } = Promise.withResolvers<null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (into: Uint8Array) =>
    new Promise<number>((resolve) => {
      timer = setTimeout(() => {
        into[0] = 120;
        resolve(1);
      }, everyMs);
    });
  return fillingFrom(
    length,
    (into) => Promise.race([next(into), closed]),
    { graceMs: 30, ...different },
    () => {
      clearTimeout(timer);
      resolve(null);
    },
  );
}

function fillingFrom(
  length: number,
  read: ByteStream["read"],
  different: Partial<FillingParts> = {},
  close = () => {},
) {
  const conn = new Conn({
    read,
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close,
  }, { buffers: new Buffers(), deadlines: new Deadlines() });
  const known = length < 0 ? undefined : length;
  const body = FillBody.tryBegin(
    { length: known, maxBytes: 1_000_000 },
    new FillBudget(1_000_000),
  )!;
  const reader = new BodyReader(conn, length);
  const unawaited = new UnawaitedFetches();
  const filling = new Filling({
    reader,
    conn,
    body,
    unawaited,
    waitMs: 60_000,
    origin: "a.test:80",
    isForReaders: true,
    hasPlace: false,
    ...different,
  });
  const dispose = () => conn.close();
  return { filling, conn, body, unawaited, [Symbol.dispose]: dispose };
}

function textOf(body: FillBody): string {
  body.complete();
  return new TextDecoder().decode(body.whole);
}

Deno.test("Filling moves what was read before, what is there, and what comes", async () => {
  using all = fillingOf(UNTIL_CLOSE, ["def", "ghi"]);
  const { filling, conn, body } = all;
  await conn.fill();
  const reader = body.join();
  assertEquals(
    filling.takeAvailable(new TextEncoder().encode("abc")),
    undefined,
  );
  assertEquals([filling.isDone, body.bytesWritten], [false, 6]);
  assertEquals(reader.peek()?.length, 6);
  await filling.finish(undefined);
  assertEquals([filling.isDone, textOf(body)], [true, "abcdefghi"]);
});

Deno.test("Filling reads to the end of chunks, or of the connection", async () => {
  using chunked = fillingOf(CHUNKED, ["3\r\nabc\r\n", "0\r\nX-A: 1\r\n\r\n"]);
  await chunked.filling.finish(undefined);
  assertEquals(textOf(chunked.body), "abc");
  assertEquals(chunked.filling.trailers?.get("x-a"), "1");
  using open = fillingOf(UNTIL_CLOSE, ["ab", "c"]);
  await open.filling.finish(undefined);
  assertEquals(textOf(open.body), "abc");
});

Deno.test("Filling fails of a body that is cut short", async () => {
  for (const length of [10, CHUNKED]) {
    using all = fillingOf(length, ["5\r\nabc"]);
    await assertRejects(() => all.filling.finish(undefined), ProxyError);
  }
});

Deno.test("Filling fails of bad chunks", async () => {
  using all = fillingOf(CHUNKED, ["x\r\n"]);
  await all.conn.fill();
  assertThrows(() => all.filling.takeAvailable(), WireError);
});

Deno.test("Filling that is stopped does not end as if it were whole", async () => {
  using all = fillingOf(UNTIL_CLOSE, ["abc"]);
  await all.conn.fill();
  all.filling.takeAvailable();
  all.filling.stop();
  await assertRejects(() => all.filling.finish(undefined), ProxyError);
});

Deno.test("Filling gives up for nobody what lacks more than it has", () => {
  const size = 1_000_000;
  const cases = [[400_000, true], [500_000, false], [0, true]] as const;
  for (const [sent, isClosed] of cases) {
    using all = fillingOf(size, []);
    const { conn, body } = all;
    body.append(new Uint8Array(sent), 0, sent);
    body.join().leave();
    assertEquals(conn.isClosed, isClosed, String(sent));
  }
  using little = fillingOf(64 * 1024, []);
  little.body.join().leave();
  assertEquals(little.conn.isClosed, false);
});

Deno.test("Filling goes on for nobody for so long, however little comes", async () => {
  for (const everyMs of [1, 600_000]) {
    using all = drippingOf(100_000, everyMs);
    await assertRejects(
      () => all.filling.finish(undefined),
      ProxyError,
      "too slowly to go on for nobody",
    );
    using left = drippingOf(60_000, everyMs);
    const reader = left.body.join();
    const finished = left.filling.finish(undefined);
    reader.leave();
    assertEquals(left.unawaited.size, 1);
    await assertRejects(() => finished, ProxyError, "too slowly");
    assertEquals(left.unawaited.size, 0);
  }
});

Deno.test("Filling goes on for one who reads, or who waits for the end, however little comes", async () => {
  using early = drippingOf(60, 2);
  early.body.join();
  using late = drippingOf(60, 2);
  using whole = drippingOf(60, 2, { isForReaders: false });
  const all = [early, late, whole];
  const finished = all.map(({ filling }) => filling.finish(undefined));
  late.body.join();
  await Promise.all(finished);
  assertEquals(all.map(({ body }) => textOf(body).length), [60, 60, 60]);
});

Deno.test("Filling goes on for nobody as long as much comes, where it has a place", async () => {
  const flowing = (hasPlace: boolean) =>
    fillingFrom(640_000, async (into) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return Math.min(into.length, 6400);
    }, { graceMs: 20, hasPlace });
  using placed = flowing(true);
  await placed.filling.finish(undefined);
  assertEquals(placed.filling.isDone, true);
  using other = flowing(false);
  await assertRejects(() => other.filling.finish(undefined), ProxyError);
});

Deno.test("Filling gives up for nobody where there are many such", () => {
  const unawaited = new UnawaitedFetches();
  for (let i = 0; i < 16; i++) unawaited.tryBegin("a.test:80");
  for (const [origin, isClosed] of [["a.test:80", true], ["b:80", false]]) {
    using all = drippingOf(10, 1, { unawaited, origin: String(origin) });
    all.body.join().leave();
    assertEquals(all.conn.isClosed, isClosed);
  }
  assertEquals(unawaited.size, 17);
});

Deno.test("Filling gives up for nobody what can't be kept", async () => {
  using all = fillingOf(20_000, []);
  const { body, conn } = all;
  const reader = body.join();
  const waiting = body.append(new Uint8Array(20_001), 0, 20_001);
  reader.leave();
  await waiting;
  assertEquals(conn.isClosed, true);
});
