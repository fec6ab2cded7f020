import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openParts } from "../../src/cli/open_parts.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";

const OPTIONS = { console: undefined, isAdministrator: () => false };

function settingsOf(changed: Partial<Settings>): Settings {
  return {
    ...defaultSettings(),
    port: 0,
    kvPath: ":memory:",
    logFile: undefined,
    rulesPath: undefined,
    ...changed,
  };
}

/** A port that nobody listens on, as long as nobody takes it. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("openParts() opens what the settings name, and the stack closes it", async () => {
  const opened = new AsyncDisposableStack();
  const parts = await openParts(settingsOf({ cache: false }), OPTIONS, opened);
  assertEquals(parts.tls, undefined);
  assertEquals(parts.caCerts, []);
  assertEquals(parts.shownRules, undefined);
  assertEquals(parts.cache.caching, undefined);
  const { port } = parts.listener.addr;
  await opened.disposeAsync();
  Deno.listen({ hostname: "127.0.0.1", port }).close();
  await assertRejects(() => parts.kv.get(["any"]));
});

Deno.test("openParts() leaves on the stack what was open when a later part fails", async () => {
  const port = freePort();
  const settings = settingsOf({ port, blockFiles: ["/dev/null/list"] });
  const opened = new AsyncDisposableStack();
  await assertRejects(
    () => openParts(settings, OPTIONS, opened),
    Error,
    "Cannot read the file of --block-file",
  );
  const listen = () => Deno.listen({ hostname: "127.0.0.1", port });
  assertThrows(listen, Deno.errors.AddrInUse);
  await opened.disposeAsync();
  listen().close();
});

Deno.test("openParts() closes also where a server has closed the listener", async () => {
  const opened = new AsyncDisposableStack();
  const { listener } = await openParts(settingsOf({}), OPTIONS, opened);
  listener.close();
  await opened.disposeAsync();
});
