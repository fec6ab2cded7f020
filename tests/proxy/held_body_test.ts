import { assertEquals, assertRejects } from "@std/assert";
import { ClientGone, ProxyError } from "../../src/errors.ts";
import { CHUNKED, UNTIL_CLOSE } from "../../src/http1/framing.ts";
import { Buffers } from "../../src/net/buffers.ts";
import { type ByteStream, Conn } from "../../src/net/conn.ts";
import { Deadlines } from "../../src/net/deadlines.ts";
import { BodyBudget } from "../../src/proxy/body_budget.ts";
import { HeldBody } from "../../src/proxy/held_body.ts";
import { exchangeOf } from "./wire_values.ts";

/** A body that comes in these pieces, and then the end. */
function bodyOf(
  pieces: string[],
  length: number,
  budget = new BodyBudget(),
) {
  const encoder = new TextEncoder();
  const left = pieces.map((piece) => encoder.encode(piece));
  const stream: ByteStream = {
    read: (into) => {
      const piece = left.shift();
      if (piece !== undefined) into.set(piece);
      return Promise.resolve(piece?.length ?? null);
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const context = { buffers: new Buffers(), deadlines: new Deadlines() };
  const conn = new Conn(stream, context);
  const cutShort = () => new ClientGone();
  const exchange = exchangeOf();
  const source = { exchange, conn, length, budget, waitMs: 1e4, cutShort };
  const body = new HeldBody(source);
  return { body, conn, exchange, [Symbol.dispose]: () => conn.close() };
}

const textOf = ({ bytes }: HeldBody) => new TextDecoder().decode(bytes);

Deno.test("HeldBody.read() has the whole body, whatever frames it", async () => {
  for (
    const [pieces, length] of [
      [["abc", "def", "next"], 6],
      [["3\r\nabc\r", "\n3\r\ndef\r\n0\r\n\r\n", "next"], CHUNKED],
      [["abc", "def"], UNTIL_CLOSE],
    ] as [string[], number][]
  ) {
    using made = bodyOf(pieces, length);
    assertEquals(await made.body.read(6), true);
    assertEquals([textOf(made.body), made.body.isWhole], ["abcdef", true]);
  }
});

Deno.test("HeldBody.read() keeps what it read of a longer body, and can go on", async () => {
  using stated = bodyOf(["abcdef"], 6);
  assertEquals(await stated.body.read(5), false);
  assertEquals(textOf(stated.body), "");
  using chunked = bodyOf(["4\r\nabcd\r\n", "2\r\nef\r\n0\r\n\r\n"], CHUNKED);
  assertEquals(await chunked.body.read(3), false);
  assertEquals([textOf(chunked.body), chunked.body.isWhole], ["abcd", false]);
  assertEquals(await chunked.body.read(6), true);
  assertEquals(textOf(chunked.body), "abcdef");
  assertEquals(await chunked.body.read(5), false);
});

Deno.test("HeldBody tells that its sender left", async () => {
  using made = bodyOf(["abc"], 6);
  await assertRejects(() => made.body.read(6), ClientGone);
});

Deno.test("HeldBody.drop() forgets a short rest, and leaves a long one", async () => {
  using short = bodyOf(["abc", "def"], 6);
  assertEquals(await short.body.drop(6), true);
  assertEquals([short.body.isWhole, textOf(short.body)], [true, ""]);
  using long = bodyOf(["abc", "def"], 6);
  assertEquals(await long.body.drop(5), false);
});

Deno.test("HeldBody.read() counts what it keeps, and keeps no more than there may be", async () => {
  const budget = new BodyBudget(16);
  using first = bodyOf(["abc", "def"], 6, budget);
  assertEquals(await first.body.read(6), true);
  assertEquals([budget.bytes, first.exchange.heldBodyBytes], [6, 6]);
  using second = bodyOf(["abc"], 3, budget);
  const error = await assertRejects(() => second.body.read(6), ProxyError);
  assertEquals([error.status, error.outcome], [503, "limited"]);
  budget.release(first.exchange);
  using third = bodyOf(["abc"], 3, budget);
  assertEquals(await third.body.read(6), true);
  assertEquals(budget.bytes, 3);
});
