import { assertEquals } from "@std/assert";
import type { FetchState } from "../../src/cache/shared_fetch.ts";
import { ClientGone, ProxyError } from "../../src/errors.ts";
import {
  recordBrought,
  recordFailed,
} from "../../src/proxy/background_record.ts";
import type { Exchange } from "../../src/proxy/exchange.ts";
import type { Services } from "../../src/proxy/services.ts";
import { entryOf, RECEIVED_MS } from "../cache/stored_responses.ts";
import { exchangeOf, responseOf } from "./wire_values.ts";

function records() {
  const recorded: Exchange[] = [];
  const bugs: unknown[] = [];
  const services = {
    self: { nextId: () => "next" },
    record: (exchange: Exchange) => recorded.push(exchange),
    reportBug: (error: unknown) => bugs.push(error),
  } as unknown as Services; // Of all services nothing else is asked.
  return { recorded, bugs, services };
}

const ENTRY = entryOf(7, ["Cache-Control: max-age=60"]);
const CONFIRMED: FetchState = { kind: "whole", entry: ENTRY, came: undefined };

function brought(exchange: Exchange, state: FetchState): Exchange[] {
  const { recorded, services } = records();
  const over = {
    exchange,
    state,
    reason: "stale",
    nowMs: RECEIVED_MS - 100,
  } as const;
  recordBrought(over, services);
  return recorded;
}

Deno.test("recordBrought() says what came for nobody", () => {
  const came = responseOf("HTTP/1.1 200 OK");
  const cases: [FetchState, outcome: string, status: string][] = [
    [CONFIRMED, "revalidated", "fwd-status=304; ttl=60; stored; "],
    [{ ...CONFIRMED, came }, "miss", "fwd-status=200; ttl=60; stored; "],
    [{ kind: "useless" }, "miss", ""],
  ];
  for (const [state, outcome, status] of cases) {
    const [behind] = brought(exchangeOf().behind("b"), state);
    assertEquals([behind?.id, behind?.outcome], ["b", outcome]);
    assertEquals(
      behind?.cacheStatus,
      `sluice; fwd=stale; ${status}detail=background`,
    );
    assertEquals(behind?.client.ip, "");
  }
});

Deno.test("recordBrought() leaves what was for one client alone as that said", () => {
  const exchange = exchangeOf().behind("b");
  exchange.cacheStatus = "said";
  const [behind] = brought(exchange, { kind: "direct" });
  assertEquals(behind?.cacheStatus, "said");
});

Deno.test("recordBrought() records apart what a client has left, and nothing else", () => {
  const exchange = exchangeOf();
  assertEquals(brought(exchange, CONFIRMED), []);
  exchange.totalMs = 5;
  assertEquals(brought(exchange, CONFIRMED), []);
  exchange.fail(new ClientGone());
  const [behind] = brought(exchange, CONFIRMED);
  assertEquals([behind?.id, behind?.isBehind], ["next", true]);
  assertEquals(behind?.errorCode, "");
});

Deno.test("recordFailed() records what failed, but not what was ended", () => {
  const error = new ProxyError(502, "origin", "http_protocol_error", "bad");
  const { recorded, bugs, services } = records();
  const ended = exchangeOf().behind("ended");
  ended.abort(error);
  recordFailed(ended, error, "a.test", services);
  recordFailed(exchangeOf(), error, "a.test", services);
  const left = exchangeOf().behind("left");
  recordFailed(left, new ClientGone(), "a.test", services);
  assertEquals(recorded, []);
  const behind = exchangeOf().behind("b");
  recordFailed(behind, error, "a.test", services);
  const [{ id, outcome, errorCode } = behind] = recorded;
  assertEquals([id, outcome, errorCode], ["b", "error", error.code]);
  const bug = new Error("unexpected");
  recordFailed(exchangeOf().behind("c"), bug, "a.test", services);
  assertEquals([recorded.length, bugs], [2, [bug]]);
});
