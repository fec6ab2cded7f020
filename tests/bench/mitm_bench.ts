/**
 * What showing a certificate costs an intercepted connection: a leaf made, a leaf made
 * into a context, and a context found again. Run by `deno bench -A tests/bench/mitm_bench.ts`.
 */

import { readAuthority } from "../../src/mitm/authority.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { LeafCache } from "../../src/mitm/leaf_cache.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";

/** As many as the cache keeps. */
const HOSTS = Array.from({ length: 1000 }, (_, i) => `www${i}.example.com`);

const nowMs = Date.now();
const authority = await readAuthority(await newAuthority({ nowMs }), nowMs);
const issuer = await LeafIssuer.create(authority);
const cache = new LeafCache(issuer);
for (const host of HOSTS) await cache.secureContext(host);
let at = 0;

Deno.bench("an authority made and read", async () => {
  await readAuthority(await newAuthority({ nowMs }), nowMs);
});

Deno.bench("a leaf made", async () => {
  await issuer.issue(certifiedName(`${at++}.example.com`), nowMs);
});

Deno.bench("a context made", async () => {
  await cache.secureContext(`${at++}.example.com`);
});

const warm = new LeafCache(issuer);
for (const host of HOSTS) await warm.secureContext(host);

Deno.bench("a context found", async () => {
  await warm.secureContext(HOSTS[at++ % HOSTS.length]!);
});
