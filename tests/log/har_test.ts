import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { toHar } from "../../src/log/har.ts";
import { OUTCOMES } from "../../src/log/record.ts";
import type { Records } from "../../src/log/record_ndjson.ts";
import { checkedHar } from "./har_schema.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { storedSample } from "./stored_sample.ts";

async function har(records: Records) {
  const stream = toHar(records, { version: "1.2.3" });
  return checkedHar(await new Response(stream).text());
}

Deno.test("toHar() writes an archive of HAR 1.2, whatever the records", async () => {
  const micros = fc.integer({ min: -1, max: 1e8 }).map((us) => us / 1000);
  const record = fc.record({
    url: fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc.string(),
      fc.constantFrom(...NASTY_STRINGS),
    ),
    method: fc.constantFrom("GET", "CONNECT", "OPTIONS", ""),
    status: fc.constantFrom(0, 101, 200, 299, 418, 503, 599),
    outcome: fc.constantFrom(...OUTCOMES),
    targetHost: fc.constantFrom("a.example", "::1", "", "b c"),
    targetAddress: fc.constantFrom("", "192.0.2.1", "2001:db8::1"),
    reason: fc.constantFrom(...NASTY_STRINGS),
    totalMs: micros,
    dnsMs: micros,
    connectMs: micros,
    tlsMs: micros,
    firstByteMs: micros,
  }).map(storedSample);
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
      const { log } = await har(records);
      assertEquals(log.entries.length, records.length);
    }),
  );
});

Deno.test("toHar() says who made it, and keeps the order", async () => {
  const { log } = await har(
    [3, 1, 2].map((port) => storedSample({ client: { ip: "::1", port } })),
  );
  assertEquals(log.creator, { name: "Sluice", version: "1.2.3" });
  assertEquals(log.entries.map(({ connection }) => connection), [
    "3",
    "1",
    "2",
  ]);
});

Deno.test("toHar() of no records is an archive", async () => {
  assertEquals((await har([])).log.entries, []);
});

Deno.test("toHar() is checked by a schema that refuses what is wrong", async () => {
  const { log } = await har([storedSample()]);
  const [entry] = log.entries;
  const wrong = [
    { ...entry, time: 1 },
    { ...entry, extra: 1 },
    { ...entry, startedDateTime: "now" },
    { ...entry, request: { ...entry?.request, url: "/path" } },
  ];
  for (const entry of wrong) {
    const text = JSON.stringify({ log: { ...log, entries: [entry] } });
    assertThrows(() => checkedHar(text));
  }
});
