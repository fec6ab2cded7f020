import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { cache } from "../../src/cli/cache.ts";
import { OptionError } from "../../src/config.ts";
import { testWith } from "../requirement.ts";
import { ChildProxy, get, runToEnd } from "./child_proxy.ts";
import { type Origin, plainOrigin } from "./plain_origin.ts";

const CACHEABLE = "Cache-Control: max-age=600\r\n";

/** Runs `sluice cache` on the data folder of a proxy. */
function cacheOf(proxy: ChildProxy, ...args: string[]) {
  return runToEnd(["cache", ...args, "--data", proxy.dataFolder]);
}

/** Starts a proxy that has stored a page of an origin. */
async function withStored(
  use: (proxy: ChildProxy, origin: Origin) => Promise<void>,
): Promise<void> {
  await using origin = plainOrigin("hello", CACHEABLE);
  await using proxy = await ChildProxy.start();
  assertMatch(await proxy.exchange(get(origin.url)), /hello$/);
  await use(proxy, origin);
}

Deno.test("main.ts cache lists, shows and purges what a running proxy has stored", async () => {
  await withStored(async (proxy, { url }) => {
    const listed = await cacheOf(proxy, "list");
    assertEquals([listed.code, listed.stderr], [0, ""]);
    assertMatch(listed.stdout, /^status .*\n200 .* fresh .*\n\n1 entry\n$/);
    assertStringIncludes(listed.stdout, url);
    const json = await cacheOf(proxy, "list", "--json");
    assertEquals(JSON.parse(json.stdout).url, url);
    const shown = await cacheOf(proxy, "show", url);
    assertEquals(shown.code, 0);
    assertMatch(shown.stdout, /Such a request now: hit: it is fresh for/);
    assertMatch(shown.stdout, /max-age=600 from Cache-Control, minus an age/);
    const header = ["--header", "Cache-Control: no-cache"];
    const other = await cacheOf(proxy, "show", url, ...header);
    assertMatch(other.stdout, /now: miss: the request has no-cache/);
    const purged = await cacheOf(proxy, "purge", "--url", url);
    assertEquals([purged.code, purged.stdout], [0, "Purged 1 entry.\n"]);
    const gone = await cacheOf(proxy, "show", url);
    assertEquals([gone.code, gone.stdout], [1, ""]);
    assertStringIncludes(gone.stderr, `Nothing is stored for ${url}`);
  });
});

Deno.test("main.ts cache finds a URL in whatever spelling", async () => {
  await withStored(async (proxy, { url }) => {
    await proxy.exchange(get(`${url}?a=%7e`));
    const spelled = `${url.replace("http:", "HTTP:")}?%61=~`;
    const shown = await cacheOf(proxy, "show", spelled);
    assertEquals(shown.code, 0);
    assertStringIncludes(shown.stdout, `${url}?a=%7e`);
    const purged = await cacheOf(proxy, "purge", "--url", spelled);
    assertEquals(purged.stdout, "Purged 1 entry.\n");
  });
});

Deno.test("main.ts cache works on the store of a proxy that has ended", async () => {
  await withStored(async (proxy, { url }) => {
    assertEquals((await proxy.stop()).code, 0);
    const json = await cacheOf(proxy, "list", "--json");
    assertEquals(json.stderr, "");
    const { url: listed, tiers } = JSON.parse(json.stdout);
    assertEquals([listed, tiers], [url, ["kv"]]);
    assertEquals((await cacheOf(proxy, "show", url)).code, 0);
    const purged = await cacheOf(proxy, "purge", "--all", "--yes");
    assertEquals(purged.stdout, "Purged 1 entry.\n");
    const empty = await cacheOf(proxy, "list");
    assertEquals([empty.code, empty.stdout], [0, "Nothing is stored.\n"]);
  });
});

Deno.test("main.ts cache makes a page stale for the proxy, or gone", async () => {
  await withStored(async (proxy, { url }) => {
    const status = async () => {
      const answer = await proxy.exchange(get(url));
      return /cache-status: .*?; *(hit|fwd=[\w-]+)/i.exec(answer)?.[1];
    };
    assertEquals(await status(), "hit");
    await cacheOf(proxy, "purge", "--soft", "--prefix", url);
    assertEquals(await status(), "fwd=stale");
    await cacheOf(proxy, "purge", "--host", new URL(url).host);
    assertEquals(await status(), "fwd=uri-miss");
  });
});

Deno.test("a proxy lets nobody change its cache without the token, or from elsewhere", async () => {
  await withStored(async (proxy) => {
    const token = await Deno.readTextFile(
      join(proxy.dataFolder, "admin-token"),
    );
    const bearer = `Authorization: Bearer ${token.trim()}\r\n`;
    const { host } = proxy.address;
    const ask = async (method: string, path: string, fields: string) => {
      const body = method === "POST" ? '{"all":true}' : "";
      const answer = await proxy.exchange(
        `${method} /admin/cache${path} HTTP/1.1\r\nConnection: close\r\n` +
          `Content-Length: ${body.length}\r\n${fields}\r\n${body}`,
      );
      return Number(answer.slice(9, 12));
    };
    const own = `Host: ${host}\r\n`;
    const refused = [
      [own, 401],
      [`${own}Authorization: Bearer ${"x".repeat(43)}\r\n`, 401],
      [`${own}${bearer}Origin: http://evil.test\r\n`, 403],
      [`${own}${bearer}Origin: null\r\n`, 403],
      [`Host: evil.test\r\n${bearer}`, 421],
    ] as const;
    for (const [fields, status] of refused) {
      assertEquals(await ask("POST", "/purge", fields), status, fields);
    }
    assertEquals(await ask("GET", "", own), 200);
    assertEquals(await ask("GET", "", "Host: evil.test\r\n"), 421);
    assertMatch((await cacheOf(proxy, "list")).stdout, /\n1 entry\n$/);
    const fields = `${own}${bearer}Origin: http://${host}\r\n`;
    assertEquals(await ask("POST", "/purge", fields), 200);
    assertMatch((await cacheOf(proxy, "list")).stdout, /^Nothing is stored/);
  });
});

Deno.test("main.ts cache says when it has no token, or the proxy no cache", async () => {
  await using proxy = await ChildProxy.start(["--no-cache"]);
  const off = await cacheOf(proxy, "list");
  assertEquals([off.code, off.stdout], [1, ""]);
  assertStringIncludes(off.stderr, "the cache is off");
  await Deno.remove(join(proxy.dataFolder, "admin-token"));
  const purge = await cacheOf(proxy, "purge", "--tag", "x");
  assertEquals([purge.code, purge.stdout], [1, ""]);
  assertStringIncludes(purge.stderr, "Cannot read the admin token");
});

Deno.test("main.ts cache says where there is none", async () => {
  const { code, stdout, stderr } = await runToEnd(["cache", "list"]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, 'there is no data folder "./data"');
});

Deno.test("main.ts cache purge --all asks nobody where there is no terminal", async () => {
  const { code, stdout, stderr } = await runToEnd(["cache", "purge", "--all"]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^sluice: --yes: wants to be given .*\n$/);
});

testWith(["script"], "cache purge --all asks on a terminal first", async () => {
  const cases = [["n", /stays as it is/], ["y", /no data folder/]] as const;
  for (const [key, pattern] of cases) {
    await using child = ChildProxy.spawn(["cache", "purge", "--all"], {
      under: ["sh", "-c", 'exec script -qec "exec $*" /dev/null', "sh"],
      stdin: "piped",
    });
    await child.stdout.waitFor(/Purge it all\? \[y\/N\]/);
    await child.type(`${key}\n`);
    await child.stdout.waitFor(pattern);
    assertEquals((await child.finished()).code, 1);
  }
});

Deno.test("cache() refuses other arguments", async () => {
  await assertRejects(
    () => cache(["look"]),
    OptionError,
    "list, show or purge",
  );
});
