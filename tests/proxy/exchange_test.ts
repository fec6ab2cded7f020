import { assertEquals, assertStrictEquals } from "@std/assert";
import { ClientGone, ProxyError } from "../../src/errors.ts";
import { exchangeOf } from "./wire_values.ts";

const TOO_SLOW = new ProxyError(504, "origin", "http_response_timeout", "late");

Deno.test("abort() keeps the first reason and tells whoever waits once", () => {
  const exchange = exchangeOf();
  let told = 0;
  exchange.onAbort = () => told++;
  exchange.abort(TOO_SLOW);
  exchange.abort(new ClientGone());
  assertStrictEquals(exchange.abortReason, TOO_SLOW);
  assertEquals(told, 1);
});

Deno.test("abort() is kept for who comes to wait later", () => {
  const exchange = exchangeOf();
  exchange.abort(TOO_SLOW);
  assertStrictEquals(exchange.abortReason, TOO_SLOW);
});

Deno.test("fail() notes the error's code and reason", () => {
  const exchange = exchangeOf();
  exchange.fail(TOO_SLOW);
  const { outcome, errorCode, errorMessage, reason } = exchange;
  assertEquals(
    { outcome, errorCode, errorMessage, reason },
    {
      outcome: "error",
      errorCode: "http_response_timeout",
      errorMessage: "late",
      reason: "late",
    },
  );
});

Deno.test("fail() takes the outcome that the error has", () => {
  const exchange = exchangeOf();
  exchange.fail(
    new ProxyError(403, "client", "http_request_denied", "no", {
      outcome: "denied",
    }),
  );
  assertEquals(exchange.outcome, "denied");
});

Deno.test("fail() has no reason to give to a client that is gone", () => {
  const exchange = exchangeOf();
  exchange.fail(new ClientGone());
  assertEquals(exchange.errorCode, "client_gone");
  assertEquals(exchange.reason, "");
});

Deno.test("abort() leaves what is handed over as it is, where the client has left", () => {
  const cases = [
    [new ClientGone(), true, 0],
    [new ClientGone(), false, 1],
    [TOO_SLOW, true, 1],
  ] as const;
  for (const [reason, isHandedOver, times] of cases) {
    const exchange = exchangeOf();
    let told = 0;
    exchange.onAbort = () => told++;
    exchange.leading = { handOver: () => isHandedOver };
    exchange.abort(reason);
    assertEquals(told, times);
  }
});

Deno.test("behind() begins anew, continuation() goes on", () => {
  const exchange = exchangeOf();
  exchange.url = "http://a.test/";
  exchange.connectMs = 5;
  const behind = exchange.behind("behind");
  const { id, url, isBehind, connectMs } = behind;
  assertEquals([id, url, isBehind, connectMs], [
    ...["behind", exchange.url],
    ...[true, -1],
  ]);
  const continued = exchange.continuation("continued");
  const { timeMs, startMs } = exchange;
  assertEquals(
    [continued.isBehind, continued.timeMs, continued.startMs],
    [true, timeMs, startMs],
  );
  assertEquals(continued.connectMs, 5);
});

Deno.test("endBehind() leaves a record of nobody's", () => {
  const behind = exchangeOf().behind("behind");
  behind.endBehind();
  assertEquals(behind.client, { ip: "", port: 0 });
  assertEquals(behind.totalMs >= 0, true);
});
