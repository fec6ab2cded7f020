/**
 * What every tier of the cache does: cases that are run on each of them. Entries, their heads and
 * bodies come back as they were; the newest come first; there is a bound, and what was not used
 * for longest goes first.
 */

import { assert, assertEquals } from "@std/assert";
import { Entry, type StoredResponse } from "../../src/cache/entry.ts";
import { MAX_VARIANTS } from "../../src/cache/entry_list.ts";
import type { Tier } from "../../src/cache/tier.ts";
import { linesOf, RECEIVED_MS, stored } from "./stored_responses.ts";

/** A tier to be tried, with a clock that goes on by a second with each look at it. */
export interface TriedTier extends AsyncDisposable {
  readonly tier: Tier;
}

/** An entry with a body that its id and length tell. */
export function entryOf(
  id: number,
  overrides: Partial<StoredResponse> = {},
  bodyLength = 10,
): Entry {
  const response = stored([`X-Id: ${id}`, 'ETag: "é"'], {
    key: `http://example.com/${id}`,
    url: `http://example.com/${id}`,
    responseTimeMs: RECEIVED_MS + id,
    bodyLength,
    ...overrides,
  });
  return new Entry(id, response, bodyOf(id, bodyLength));
}

/** A body that no other id has. */
export function bodyOf(id: number, length: number): Uint8Array {
  const body = new Uint8Array(length);
  for (let i = 0; i < length; i++) body[i] = (i * 31 + (i >> 8) + id) & 0xff;
  return body;
}

/** The ids of what is under a key. */
export async function idsUnder(tier: Tier, key: string): Promise<number[]> {
  return (await tier.get(key)).map(({ id }) => id);
}

const A = { key: "a" };

/** Registers the cases for one kind of tier. */
export function testTier(
  name: string,
  make: (maxBytes: number) => Promise<TriedTier>,
): void {
  const test = (
    what: string,
    run: (tier: Tier) => Promise<void>,
    maxBytes = 10_000_000,
  ) =>
    Deno.test(`${name} ${what}`, async () => {
      await using tried = await make(maxBytes);
      await run(tried.tier);
    });

  test("has nothing at first", async (tier) => {
    assertEquals(await tier.get("a"), []);
    assertEquals(tier.usage.entries, 0);
    assertEquals(tier.usage.bytes, 0);
  });

  for (const length of [0, 1, 10, 32_000, 33_000, 61_440, 61_441, 500_000]) {
    test(`gives back an entry with ${length} bytes`, async (tier) => {
      const entry = entryOf(1, A, length);
      assert(tier.put(entry, []));
      const [found] = await tier.get("a");
      assert(found !== undefined);
      assertSameHead(found, entry);
      assertEquals(await tier.body(found), bodyOf(1, length));
    });
  }

  test("keeps keys apart", async (tier) => {
    for (const id of [1, 2, 3]) tier.put(entryOf(id, { key: `k${id}` }), []);
    assertEquals(await idsUnder(tier, "k2"), [2]);
    assertEquals(await idsUnder(tier, "k"), []);
    assertEquals(await idsUnder(tier, "k22"), []);
  });

  test("gives variants of a key newest first", async (tier) => {
    for (const id of [1, 2, 3]) tier.put(entryOf(id, A), []);
    assertEquals(await idsUnder(tier, "a"), [3, 2, 1]);
    assertEquals(tier.usage.entries, 3);
  });

  test(`keeps the ${MAX_VARIANTS} newest variants`, async (tier) => {
    for (let id = 1; id <= MAX_VARIANTS + 3; id++) tier.put(entryOf(id, A), []);
    const ids = await idsUnder(tier, "a");
    assertEquals(ids.length, MAX_VARIANTS);
    assertEquals(ids.at(-1), 4);
    assertEquals(tier.usage.entries, MAX_VARIANTS);
  });

  test("puts an entry in the place of others", async (tier) => {
    const [one, two] = [entryOf(1, A), entryOf(2, A)];
    tier.put(one, []);
    tier.put(two, []);
    tier.put(entryOf(3, A), [one]);
    assertEquals(await idsUnder(tier, "a"), [3, 2]);
  });

  for (const length of [10, 100_000]) {
    test(`refreshes the head of ${length} bytes`, async (tier) => {
      tier.put(entryOf(1, A, length), []);
      tier.put(entryOf(2, A, length), []);
      const [, old] = await tier.get("a");
      const { fields } = old!.response;
      const responseTimeMs = RECEIVED_MS + 60;
      const response = { ...old!.response, fields, responseTimeMs };
      const refreshed = new Entry(1, response, old!.body);
      assert(tier.put(refreshed, [old!]));
      assertEquals(await idsUnder(tier, "a"), [1, 2]);
      const [found] = await tier.get("a");
      assertEquals(found!.response.responseTimeMs, RECEIVED_MS + 60);
      assertEquals(await tier.body(found!), bodyOf(1, length));
    });
  }

  test("drops one entry", async (tier) => {
    const [one, two] = [entryOf(1, A), entryOf(2, A)];
    tier.put(one, []);
    tier.put(two, []);
    assert(tier.delete(two));
    assert(!tier.delete(two));
    assertEquals(await idsUnder(tier, "a"), [1]);
    assert(tier.delete(one));
    assertEquals(await idsUnder(tier, "a"), []);
    assertEquals(tier.usage.entries, 0);
    assertEquals(tier.usage.bytes, 0);
  });

  test("drops what was not used for longest", async (tier) => {
    for (let id = 1; id <= 8; id++) {
      tier.put(entryOf(id, {}, 10_000), []);
      await tier.get("http://example.com/1");
    }
    assertEquals((await idsUnder(tier, "http://example.com/1")).length, 1);
    assertEquals((await idsUnder(tier, "http://example.com/2")).length, 0);
    assertEquals((await idsUnder(tier, "http://example.com/8")).length, 1);
    const { bytes, maxBytes } = tier.usage;
    assert(bytes <= maxBytes);
  }, 50_000);

  test("refuses what is larger than all its room", async (tier) => {
    const one = entryOf(1, A, 1_000);
    assert(tier.put(one, []));
    assert(!tier.put(entryOf(2, A, 60_000), [one]));
    assertEquals(await idsUnder(tier, "a"), []);
  }, 50_000);

  test("lists all entries", async (tier) => {
    for (let id = 1; id <= 5; id++) {
      tier.put(entryOf(id, { key: `${id % 2}` }), []);
    }
    const ids: number[] = [];
    for await (const { id } of tier.entries()) ids.push(id);
    assertEquals(ids.sort(), [1, 2, 3, 4, 5]);
  });

  test("leaves a list as it is that was got before", async (tier) => {
    const entry = entryOf(1, A);
    tier.put(entry, []);
    const list = await tier.get("a");
    tier.put(entryOf(2, A), [entry]);
    assertEquals(list.map(({ id }) => id), [1]);
  });
}

/** Heads that say the same. */
export function assertSameHead(found: Entry, expected: Entry): void {
  const { fields: a, ...ofFound } = found.response;
  const { fields: b, ...ofExpected } = expected.response;
  assertEquals(found.id, expected.id);
  assertEquals(ofFound, ofExpected);
  assertEquals(linesOf(a), linesOf(b));
  assertEquals(found.headText, expected.headText);
  assertEquals(found.freshness, expected.freshness);
}
