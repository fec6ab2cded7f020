import { assertEquals, assertStrictEquals } from "@std/assert";
import { UNKEPT_ID } from "../../src/cache/entry.ts";
import type { Caching } from "../../src/proxy/caching.ts";
import { Confirmation } from "../../src/proxy/confirmation.ts";
import {
  arrivalOf,
  cameOf,
  type Differing,
  emptyCache,
  entriesOf,
  KEY,
} from "./cache_of.ts";
import { responseOf } from "./wire_values.ts";

const BODY = new TextEncoder().encode("content");
const OK = ["HTTP/1.1 200 OK", "Cache-Control: max-age=60"];
const NOT_MODIFIED = ["HTTP/1.1 304 Not Modified", "Cache-Control: max-age=90"];

function confirmationOf(
  caching: Caching,
  lines: readonly string[],
  differing: Differing,
): Confirmation {
  return new Confirmation(responseOf(...lines), cameOf(caching, differing));
}

Deno.test("Confirmation.refresh() updates what a 304 confirms", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const not = ["HTTP/1.1 304 Not Modified", "Cache-Control: max-age=90"];
  const refreshed = await confirmationOf(caching, not, {
    validating: [stored],
    selected: stored,
  }).refresh();
  assertStrictEquals((await entriesOf(caching))[0], refreshed);
  assertEquals(refreshed?.id, stored.id);
  assertEquals(refreshed?.freshness.lifetimeMs, 90_000);
  const none = { validating: [stored, stored] };
  const other = [...not, 'ETag: "2"'];
  assertEquals(confirmationOf(caching, other, none).refresh(), undefined);
});

Deno.test("Confirmation.refresh() drops what may not be stored any more", async () => {
  for (const line of ["Cache-Control: no-store", "Vary: *"]) {
    const caching = await emptyCache();
    const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
    const not = ["HTTP/1.1 304 Not Modified", line];
    const entry = await confirmationOf(caching, not, {
      validating: [stored],
      selected: stored,
    }).refresh();
    assertEquals([entry?.id, entry?.body], [UNKEPT_ID, BODY]);
    assertEquals(await entriesOf(caching), []);
  }
});

Deno.test("Confirmation.refresh() leaves alone what credentials have confirmed", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const asked = {
    validating: [stored],
    selected: stored,
    lines: ["Authorization: Basic x"],
  };
  const not = ["HTTP/1.1 304 Not Modified"];
  const entry = await confirmationOf(caching, not, asked).refresh();
  assertEquals(entry?.id, UNKEPT_ID);
  assertEquals(await entriesOf(caching), [stored]);
});

Deno.test("Confirmation.refreshByHead() tells the same from another one", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const asked = { method: "HEAD" };
  const same = [...OK, 'ETag: "1"', "Content-Length: 7", "X-New: 1"];
  assertEquals(
    confirmationOf(caching, same, asked).refreshByHead(stored),
    true,
  );
  const [refreshed] = await entriesOf(caching);
  assertEquals(refreshed?.response.fields.get("x-new"), "1");
  for (const line of ['ETag: "2"', "Content-Length: 8"]) {
    const arrival = confirmationOf(caching, [...OK, line], asked);
    assertEquals(arrival.refreshByHead(stored), false);
  }
});

Deno.test("Confirmation.refreshByHead() takes no answer without a validator for a validation", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  caching.store.invalidate(KEY);
  const asked = { method: "HEAD" };
  assertEquals(confirmationOf(caching, OK, asked).refreshByHead(stored), true);
  assertEquals((await entriesOf(caching))[0]?.isInvalidated, true);
  const same = [...OK, 'ETag: "1"'];
  assertEquals(
    confirmationOf(caching, same, asked).refreshByHead(stored),
    true,
  );
  assertEquals((await entriesOf(caching))[0]?.isInvalidated, false);
});

Deno.test("Confirmation changes nothing that was invalidated after the request went out", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const asked = { validating: [stored], selected: stored };
  const refreshing = confirmationOf(caching, NOT_MODIFIED, asked);
  const same = [...OK, 'ETag: "1"', "X-New: 1"];
  const byHead = confirmationOf(caching, same, { method: "HEAD" });
  caching.store.invalidate(KEY);
  const entry = await refreshing.refresh();
  assertEquals([entry?.id, entry?.body], [UNKEPT_ID, BODY]);
  assertEquals(byHead.refreshByHead(stored), true);
  assertEquals(await entriesOf(caching), [stored]);
  assertEquals(stored.isInvalidated, true);
  // Nor does it take away what may be newer by now.
  const forbidding = ["HTTP/1.1 304 Not Modified", "Cache-Control: no-store"];
  const late = confirmationOf(caching, forbidding, asked);
  caching.store.invalidate(KEY);
  assertEquals((await late.refresh())?.id, UNKEPT_ID);
  assertEquals(await entriesOf(caching), [stored]);
});

Deno.test("Confirmation.refresh() stores what another variant's tag confirms for such requests, too", async () => {
  const caching = await emptyCache();
  const vary = [...OK, "Vary: X-Kind", 'ETag: "1"'];
  const ask = (kind: string) => ({ lines: [`X-Kind: ${kind}`] });
  const a = arrivalOf(caching, vary, ask("a")).store(BODY);
  const confirming = [...NOT_MODIFIED, 'ETag: "1"'];
  const asked = { ...ask("b"), entries: [a], validating: [a] };
  confirmationOf(caching, confirming, asked).refresh();
  const entries = await entriesOf(caching);
  assertEquals(
    entries.map(({ response: { selecting } }) => selecting[0]?.value),
    ["b", "a"],
  );
  assertEquals(entries.map(({ body }) => body), [BODY, BODY]);
  // None has to go for that.
  for (let i = 0; i < 14; i++) {
    arrivalOf(caching, vary, ask(String(i))).store(BODY);
  }
  const further = { ...ask("c"), entries: [a], validating: [a] };
  confirmationOf(caching, confirming, further).refresh();
  const values = (await entriesOf(caching))
    .map(({ response: { selecting } }) => selecting[0]?.value);
  assertEquals([values.length, values.includes("c")], [16, false]);
});
