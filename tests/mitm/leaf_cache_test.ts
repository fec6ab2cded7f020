import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import type { CertifiedName } from "../../src/mitm/certified_name.ts";
import { type Leaf, LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { LeafCache } from "../../src/mitm/leaf_cache.ts";
import { ownAuthority } from "./openssl.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** An issuer that counts, and a clock that moves when the test says so. */
class Stage {
  nowMs = Date.UTC(2026, 1, 2);
  readonly issued: string[] = [];
  failure: Error | undefined;
  readonly #issuer: LeafIssuer;

  private constructor(issuer: LeafIssuer) {
    this.#issuer = issuer;
  }

  static async create(): Promise<Stage> {
    const authority = await ownAuthority(Date.UTC(2026, 1, 2));
    return new Stage(await LeafIssuer.create(authority));
  }

  cache(max?: number): LeafCache {
    const now = () => this.nowMs;
    return new LeafCache(this, max === undefined ? { now } : { max, now });
  }

  async issue(name: CertifiedName, nowMs: number): Promise<Leaf> {
    this.issued.push(name.value);
    if (this.failure !== undefined) throw this.failure;
    return await this.#issuer.issue(name, nowMs);
  }
}

Deno.test("LeafCache makes one context for all spellings of a name", async () => {
  const stage = await Stage.create();
  const cache = stage.cache();
  const first = await cache.secureContext("a.test");
  for (const host of ["a.test", "A.TEST", "a.test."]) {
    assertStrictEquals(await cache.secureContext(host), first);
  }
  assertNotEquals(await cache.secureContext("b.test"), first);
  assertEquals(stage.issued, ["a.test", "b.test"]);
  assertEquals(cache.usage, { cached: 2, most: 1000, made: 2, hits: 3 });
});

Deno.test("LeafCache makes one leaf for many that ask at once", async () => {
  const stage = await Stage.create();
  const cache = stage.cache();
  const contexts = await Promise.all(
    Array.from({ length: 50 }, () => cache.secureContext("a.test")),
  );
  assertEquals(new Set(contexts).size, 1);
  assertEquals(stage.issued, ["a.test"]);
  assertEquals([cache.usage.made, cache.usage.hits], [1, 49]);
});

Deno.test("LeafCache keeps no more than it may, those used last", async () => {
  const stage = await Stage.create();
  const cache = stage.cache(2);
  for (const host of ["a", "b", "a", "c", "a", "b"]) {
    await cache.secureContext(host);
    assertEquals(cache.usage.cached <= 2, true);
  }
  assertEquals(stage.issued, ["a", "b", "c", "b"]);
});

Deno.test("LeafCache serves all of more names at once than it may keep", async () => {
  const stage = await Stage.create();
  const cache = stage.cache(1);
  const hosts = ["a", "b", "c", "d"];
  const contexts = await Promise.all(
    hosts.map((host) => cache.secureContext(host)),
  );
  assertEquals(new Set(contexts).size, 4);
  assertEquals(contexts.includes(undefined as never), false);
  assertEquals(cache.usage.cached, 1);
});

Deno.test("LeafCache makes a leaf anew long before it expires", async () => {
  const stage = await Stage.create();
  const cache = stage.cache();
  const first = await cache.secureContext("a.test");
  stage.nowMs += 59 * DAY_MS;
  assertStrictEquals(await cache.secureContext("a.test"), first);
  stage.nowMs += 2 * DAY_MS;
  assertNotEquals(await cache.secureContext("a.test"), first);
  assertEquals(stage.issued.length, 2);
});

Deno.test("LeafCache does not remember a failure", async () => {
  const stage = await Stage.create();
  const cache = stage.cache();
  stage.failure = new Error("no leaf today");
  for (let i = 0; i < 2; i++) {
    await assertRejects(
      () => cache.secureContext("a.test"),
      Error,
      "no leaf today",
    );
  }
  stage.failure = undefined;
  await cache.secureContext("a.test");
  assertEquals(stage.issued.length, 3);
});

Deno.test("LeafCache refuses what is no host, and asks nobody for it", async () => {
  const stage = await Stage.create();
  await assertRejects(() => stage.cache().secureContext("*.a.test"), TypeError);
  assertEquals(stage.issued, []);
});
