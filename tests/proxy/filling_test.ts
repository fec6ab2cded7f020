import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FillBody } from "../../src/cache/fill.ts";
import { FillBudget } from "../../src/cache/fill_budget.ts";
import { ProxyError, WireError } from "../../src/errors.ts";
import { CHUNKED, UNTIL_CLOSE } from "../../src/http1/framing.ts";
import { BodyReader } from "../../src/net/body_reader.ts";
import { Buffers } from "../../src/net/buffers.ts";
import { Conn } from "../../src/net/conn.ts";
import { Deadlines } from "../../src/net/deadlines.ts";
import { Filling } from "../../src/proxy/filling.ts";

/** What fills a body from a connection on which these pieces come. */
function fillingOf(length: number, pieces: readonly string[]) {
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const conn = new Conn({
    read: (into) => {
      const piece = left.shift();
      if (piece === undefined) return Promise.resolve(null);
      into.set(piece);
      return Promise.resolve(piece.length);
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  }, { buffers: new Buffers(), deadlines: new Deadlines() });
  const known = length < 0 ? undefined : length;
  const body = FillBody.tryBegin(
    { length: known, maxBytes: 1_000_000 },
    new FillBudget(1_000_000),
  )!;
  const reader = new BodyReader(conn, length);
  const filling = new Filling({ reader, conn, body, waitMs: 1000 });
  return { filling, conn, body, [Symbol.dispose]: () => conn.close() };
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
