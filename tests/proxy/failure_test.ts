import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  ClientGone,
  ConnectionLost,
  ProxyError,
  WireError,
} from "../../src/errors.ts";
import { failureOf } from "../../src/proxy/failure.ts";
import { silentConn } from "./silent_conn.ts";
import { exchangeOf, getOf, requestOf } from "./wire_values.ts";

Deno.test("failureOf() makes the client's fault of bytes that are no HTTP", () => {
  using far = silentConn();
  const { error, mustClose, isBug } = failureOf(
    new WireError("no colon", 431),
    exchangeOf(),
    far.conn,
  );
  if (!(error instanceof ProxyError)) throw error;
  assertEquals([error.status, error.side], [431, "client"]);
  assertEquals([mustClose, isBug], [true, false]);
});

Deno.test("failureOf() keeps a connection unless a body may be left on it", () => {
  using far = silentConn();
  const error = new ProxyError(502, "origin", "dns_error", "no such name");
  const post = requestOf(
    "POST http://a.test/ HTTP/1.1",
    "Host: a.test",
    "Content-Length: 1",
  );
  const closes = [exchangeOf(getOf()), exchangeOf(post), exchangeOf()]
    .map((exchange) => failureOf(error, exchange, far.conn).mustClose);
  assertEquals(closes, [false, true, true]);
});

Deno.test("failureOf() tells the client's lost connection from another's", () => {
  using near = silentConn();
  using far = silentConn();
  const exchange = exchangeOf(getOf());
  const lost = new ConnectionLost(near.conn, new Error("reset"));
  assertEquals(
    failureOf(lost, exchange, near.conn).error instanceof ClientGone,
    true,
  );
  assertEquals(failureOf(lost, exchange, far.conn).isBug, true);
});

Deno.test("failureOf() passes a client's leaving on", () => {
  using near = silentConn();
  const gone = new ClientGone();
  const failure = failureOf(gone, exchangeOf(getOf()), near.conn);
  assertStrictEquals(failure.error, gone);
  assertEquals(failure.mustClose, true);
});

Deno.test("failureOf() answers 500 for what nobody expected, without its text", () => {
  using near = silentConn();
  const failure = failureOf(
    new TypeError("secret"),
    exchangeOf(getOf()),
    near.conn,
  );
  if (!(failure.error instanceof ProxyError)) throw failure.error;
  assertEquals(failure.error.status, 500);
  assertEquals(failure.error.message.includes("secret"), false);
  assertEquals([failure.mustClose, failure.isBug], [true, true]);
});
