import { assertEquals } from "@std/assert";
import { cacheRequest } from "../../src/cache/cache_request.ts";
import { Entry } from "../../src/cache/entry.ts";
import { cacheLines, coversRequest } from "../../src/proxy/serve_entry.ts";
import {
  entryOf,
  fieldsOf,
  RECEIVED_MS,
  storedPart,
} from "../cache/stored_responses.ts";
import { CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { scenario } from "../scenarios/scenario.ts";
import { exchangeOf } from "./wire_values.ts";

Deno.test("coversRequest() asks whether all that is wanted is stored", () => {
  const whole = entryOf(1);
  const part = new Entry(2, storedPart(2, 6, 10), undefined);
  const covers = (entry: Entry, method: string, ...lines: string[]) =>
    coversRequest(cacheRequest(method, fieldsOf(...lines)), entry);
  assertEquals(covers(whole, "GET"), true);
  assertEquals(covers(whole, "GET", "Range: bytes=0-99"), true);
  assertEquals(covers(part, "GET"), false);
  assertEquals(covers(part, "HEAD"), false);
  assertEquals(covers(part, "GET", "Range: bytes=2-5"), true);
  assertEquals(covers(part, "GET", "Range: bytes=2-6"), false);
  assertEquals(covers(part, "HEAD", "Range: bytes=2-5"), false);
  assertEquals(covers(part, "GET", "Range: bytes=10-"), true);
});

Deno.test("cacheLines() has Age, Cache-Status and the end of the connection", () => {
  const exchange = exchangeOf();
  exchange.cacheStatus = "sluice; hit; ttl=1";
  const lines = cacheLines(exchange, entryOf(1), RECEIVED_MS + 5999);
  assertEquals(lines, "Age: 6\r\nCache-Status: sluice; hit; ttl=1\r\n");
  exchange.mustClose = true;
  assertEquals(
    cacheLines(exchange, entryOf(1), RECEIVED_MS).split("\r\n").at(-2),
    "Connection: close",
  );
});

scenario(
  "serveEntry() ends the connection where that is due",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("0123456789", fresh(60), 'ETag: "1"'));
    const asks = [
      ["200", []],
      ["206", ["Range: bytes=0-1"]],
      ["206", ["Range: bytes=0-1,5-6"]],
      ["304", ['If-None-Match: "1"']],
      ["416", ["Range: bytes=10-"]],
    ] as const;
    for (const [status, lines] of asks) {
      const client = await talk.begin("/a", {
        lines: [...lines, "Connection: close"],
      });
      const { got, record } = await talk.heard(client);
      assertEquals(got.head.get("connection"), "close");
      assertEquals([got.status, record.status], [
        Number(status),
        Number(status),
      ]);
      await client.end();
    }
  },
);
