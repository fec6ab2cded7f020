/** Scenarios of rules over time: they hang, change, remember; clients leave meanwhile. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startProxy } from "../../src/cli/start_proxy.ts";
import { defaultSettings } from "../../src/config.ts";
import { answer, get } from "./requests.ts";
import { rulesScenarioOverBoth, writeRules } from "./rules_folder.ts";
import { playScenario } from "./scenario.ts";

rulesScenarioOverBoth(
  "a rule that hangs is 503, and what needs no rule never waits for it",
  {
    "busy.ts":
      `{ timeoutMs: 1000, match: { path: "/busy" }, request: () => { while (true); } }`,
    "never.ts":
      `{ timeoutMs: 1000, match: { path: "/never" }, request: () => new Promise(() => {}) }`,
    "quick.ts":
      `{ match: { path: "/quick" }, request: () => ({ action: "respond", status: 200 }) }`,
  },
  async ({ client, records, origin }) => {
    const [busy, never, quick, plain] = [
      await client(),
      await client(),
      await client(),
      await client(),
    ];
    await busy.send(get(origin, "/busy"));
    await never.send(get(origin, "/never"));
    await quick.send(get(origin, "/quick"));
    let isOver = false;
    const hung = Promise.all([busy.message(), never.message()]);
    const over = hung.finally(() => isOver = true);
    let o;
    const count = 20;
    for (let i = 0; i < count; i++) {
      await plain.send(get(origin, "/plain"));
      o ??= await origin.accept();
      await o.head();
      await o.send(answer("plain"));
      assertEquals((await plain.message()).body, "plain");
    }
    assertEquals(isOver, false);
    for (const { status } of await over) assertEquals(status, 503);
    // It merely waited, and is asked again.
    assertEquals((await quick.message()).status, 200);
    const seen: string[] = [];
    for (let i = 0; i < count + 3; i++) {
      const { rule, status } = await records.next();
      seen.push(`${rule} ${status}`);
    }
    assertEquals(seen.filter((one) => one !== " 200").sort(), [
      "busy 503",
      "never 503",
      "quick 200",
    ]);
  },
);

rulesScenarioOverBoth(
  "a client that leaves while a rule thinks ends its exchange",
  { "slow.ts": `{ timeoutMs: 60000, request: () => new Promise(() => {}) }` },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin));
    await c.reset();
    await records.expect({
      status: 0,
      outcome: "error",
      errorCode: "client_gone",
    });
    assertEquals(origin.accepted, 0);
  },
);

rulesScenarioOverBoth(
  "changed rules are in force as a whole; running exchanges keep theirs",
  {
    "a.ts": `{
      request: () => ({ action: "rewrite", setHeaders: { "x-set": "old" } }),
      response: () => ({ action: "rewrite", setHeaders: { "x-set": "old" } }),
    }`,
  },
  async ({ client, records, origin, change, proxy }) => {
    const c = await client();
    await c.send(get(origin, "/1"));
    const o = await origin.accept();
    assertEquals((await o.head()).get("x-set"), "old");
    await change({
      "a.ts": `{
        request: () => ({ action: "rewrite", setHeaders: { "x-set": "new" } }),
        response: () => ({ action: "rewrite", setHeaders: { "x-set": "new" } }),
      }`,
    });
    await o.send(answer("1"));
    assertEquals((await c.message()).head.get("x-set"), "old");
    const before = await records.expect({ status: 200 });
    const ask = async () => {
      await c.send(get(origin, "/2"));
      assertEquals((await o.head()).get("x-set"), "new");
      await o.send(answer("2"));
      assertEquals((await c.message()).head.get("x-set"), "new");
      return await records.expect({ status: 200 });
    };
    const after = await ask();
    assertEquals(before.policyVersion === after.policyVersion, false);
    // A broken set is refused, and the one in force stays.
    await change({ "b.ts": `{ request: 1 }` });
    assertEquals(proxy.rules?.refused.map(({ file }) => file), ["b.ts"]);
    assertEquals((await ask()).policyVersion, after.policyVersion);
  },
);

Deno.test("what rules remember outlives the proxy", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  await writeRules(folder, {
    "counts.ts": `{
      request: async (request, { state }) => ({
        action: "respond",
        status: 200,
        body: String(await state.increment("count")),
      }),
    }`,
  });
  const settings = { rulesPath: folder, kvPath: join(folder, "kv.sqlite3") };
  for (const counts of [["1", "2"], ["3"]]) {
    await playScenario(settings, async ({ client, records, origin }) => {
      const c = await client();
      for (const count of counts) {
        await c.send(get(origin));
        assertEquals((await c.message()).body, count);
        await records.expect({ status: 200, outcome: "answered" });
      }
    });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a store that can't be opened is no reason not to serve", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  await writeRules(folder, {
    "counts.ts": `{
      request: async (request, { state }) => ({
        action: "respond",
        status: 200,
        body: String(await state.increment("count")),
      }),
    }`,
  });
  const kvPath = join(folder, "bad.sqlite3");
  await Deno.writeTextFile(kvPath, "no database ".repeat(1000));
  await playScenario({ rulesPath: folder, kvPath }, async (stage) => {
    const c = await stage.client();
    await c.send(get(stage.origin));
    assertEquals((await c.message()).body, "1");
    await stage.records.expect({ status: 200 });
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a proxy with broken rules does not start, and names each file", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  await writeRules(folder, {
    "1_fine.ts": `{ request: () => undefined }`,
    "2_key.ts": `{\n  request: () => undefined,\n  mtach: {},\n}`,
    "3_syntax.ts": "export default {\n  request: ( => 1,\n};",
  });
  const settings = {
    ...defaultSettings(),
    port: 0,
    logFile: undefined,
    rulesPath: folder,
    kvPath: ":memory:",
  };
  const error = await assertRejects(
    () => startProxy(settings, undefined),
    Error,
    "Cannot load the rules",
  );
  assertStringIncludes(error.message, "\n2_key.ts:3: ");
  assertStringIncludes(error.message, "\n3_syntax.ts:2:");
  const skipping = { ...settings, skipBrokenRules: true };
  const proxy = await startProxy(skipping, undefined);
  assertEquals(proxy.rules?.current.rules.length, 1);
  assertEquals(proxy.rules?.current.broken.length, 2);
  await proxy.stop();
  await Deno.remove(folder, { recursive: true });
});
