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
