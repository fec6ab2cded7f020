import { assertEquals, assertRejects } from "@std/assert";
import { StoreDesk } from "../../src/admin/cache_desk.ts";
import { pages } from "../../src/admin/pages.ts";
import type { CacheStore } from "../../src/cache/cache_store.ts";
import { CacheUnavailable } from "../../src/cli/cache_unavailable.ts";
import { RemoteDesk } from "../../src/cli/remote_desk.ts";
import { filledStore } from "../admin/filled_store.ts";
import { fieldsOf } from "../cache/stored_responses.ts";
import { ScriptedServer } from "../net/loopback.ts";

const TOKEN = "t".repeat(43);
const CLIENT = { ip: "127.0.0.1", port: 1 };
const URLS = ["http://a.test/1", "http://a.test/2", "http://b.test/"];

/** Serves the pages of a proxy that has a store. */
function serve(store: CacheStore | undefined) {
  const show = pages({
    version: "1",
    address: "http://127.0.0.1",
    admin: { token: TOKEN, cache: { store } },
  });
  return serveBy(async ({ url, method, headers, body }) => {
    const text = await new Response(body).text();
    const request = method === "GET"
      ? { method, headers }
      : { method, headers, body: text };
    return await show(new Request(url, request), CLIENT);
  });
}

function serveBy(handler: (request: Request) => Response | Promise<Response>) {
  return Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => undefined,
  }, handler);
}

function deskAt(
  { addr }: Deno.HttpServer<Deno.NetAddr>,
  token: string | undefined = TOKEN,
): RemoteDesk {
  return new RemoteDesk({ address: `http://127.0.0.1:${addr.port}`, token });
}

Deno.test("RemoteDesk gives what the desk at the proxy gives", async () => {
  const store = await filledStore(...URLS);
  await using server = serve(store);
  const [remote, local] = [deskAt(server), new StoreDesk(store)];
  const filter = { pattern: "*a.test*", host: "a.test" };
  const urlsOf = (rows: readonly { url: string }[]) =>
    rows.map(({ url }) => url);
  const [there, here] = await Promise.all(
    [remote, local].map((desk) =>
      desk.page({ ...filter, sort: "url", limit: 1 })
    ),
  );
  assertEquals(urlsOf(there!.entries), urlsOf(here!.entries));
  assertEquals([there!.total, there!.next], [here!.total, here!.next]);
  const next = await remote.page({
    ...filter,
    sort: "url",
    limit: 1,
    after: there!.next!,
  });
  assertEquals([urlsOf(next.entries), next.next], [["http://a.test/2"], null]);
  assertEquals(
    urlsOf(await Array.fromAsync(remote.rows(filter))),
    urlsOf(await Array.fromAsync(local.rows(filter))),
  );
});

Deno.test("RemoteDesk looks at a URL with the fields of a request", async () => {
  await using server = serve(await filledStore(...URLS));
  const desk = deskAt(server);
  const fields = fieldsOf("Accept: a/b, c/d", "Cache-Control: no-store");
  const look = await desk.look("http://a.test/1", fields);
  assertEquals(
    look.found[0]?.verdict.words.startsWith("the request has no-store"),
    true,
  );
  const missing = await desk.look("http://a.test/3", fieldsOf());
  assertEquals([missing.found, missing.nearest.length], [[], 2]);
});

Deno.test("RemoteDesk purges what a selector names", async () => {
  await using server = serve(await filledStore(...URLS));
  const desk = deskAt(server);
  assertEquals(await desk.purge({ host: "a.test" }, "soft"), 2);
  assertEquals(await desk.purge({ url: "http://a.test/1" }, "hard"), 1);
  assertEquals(await desk.purge("all", "hard"), 2);
});

Deno.test("RemoteDesk tells why a proxy refuses", async () => {
  await using server = serve(await filledStore(...URLS));
  const purge = (token?: string) => deskAt(server, token).purge("all", "hard");
  await assertRejects(
    () => purge("wrong"),
    CacheUnavailable,
    `Cannot use the cache of the proxy at http://127.0.0.1:${server.addr.port}: this is not the token in the file admin-token of the data folder (401)`,
  );
  const { total } = await deskAt(server).page({ sort: "url", limit: 1 });
  assertEquals(total, 3);
  await using without = serve(undefined);
  const off = "the cache is off: see --no-cache (404)";
  const desk = deskAt(without);
  await assertRejects(() => desk.purge("all", "hard"), CacheUnavailable, off);
  await assertRejects(
    () => desk.look("http://a.test/", fieldsOf()),
    CacheUnavailable,
    off,
  );
  await assertRejects(
    () => Array.fromAsync(desk.rows({})),
    CacheUnavailable,
    off,
  );
});

Deno.test("RemoteDesk says when an answer is none of its version", async () => {
  for (const body of ["", "<html>", "{}", '{"url":1}\n']) {
    await using server = serveBy(() => new Response(body));
    const desk = deskAt(server);
    const problem = "it answers what no proxy of this version does (200)";
    await assertRejects(
      () => desk.page({ sort: "url", limit: 1 }),
      CacheUnavailable,
      problem,
    );
    if (body === "") continue;
    await assertRejects(
      () => Array.fromAsync(desk.rows({})),
      CacheUnavailable,
      problem,
    );
  }
});

Deno.test("RemoteDesk says when an answer is cut", async () => {
  await using server = new ScriptedServer(async (peer) => {
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
  });
  const address = `http://127.0.0.1:${server.port}`;
  const desk = new RemoteDesk({ address, token: undefined });
  const problem = `Cannot read all of the answer of the proxy at ${address}: `;
  await assertRejects(
    () => desk.page({ sort: "url", limit: 1 }),
    CacheUnavailable,
    problem,
  );
  await assertRejects(
    () => Array.fromAsync(desk.rows({})),
    CacheUnavailable,
    problem,
  );
});
