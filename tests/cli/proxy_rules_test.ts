import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { writeRules } from "../scenarios/rules_folder.ts";
import { ChildProxy, get, runToEnd } from "./child_proxy.ts";

async function folderOf(files: Record<string, string>) {
  const path = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  await writeRules(path, files);
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("openRules() refuses broken rules: exit 1, every file with its line", async () => {
  await using folder = await folderOf({
    "1_fine.ts": "{ request: () => undefined }",
    "2_key.ts": "{\n  request: () => undefined,\n  mtach: {},\n}",
    "3_syntax.ts": "export default {\n  request: ( => 1,\n};",
  });
  const args = ["--port", "0", "--rules", folder.path];
  const { code, stdout, stderr } = await runToEnd(args);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^2_key\.ts:3: /m);
  assertMatch(stderr, /^3_syntax\.ts:2:/m);
  assertStringIncludes(stderr, "--skip-broken-rules");
});

Deno.test("openRules() says at start what is in force", async () => {
  await using folder = await folderOf({
    "1_mock.ts": `{
      match: { host: "mock.test" },
      request: () => ({ action: "respond", status: 200, body: "mocked" }),
    }`,
  });
  await using proxy = await ChildProxy.start(["--rules", folder.path]);
  const got = await proxy.exchange(get("http://mock.test/"));
  assertStringIncludes(got, "mocked");
  const { code, stderr } = await proxy.stop();
  assertEquals(code, 0);
  assertMatch(stderr, /rules in force: 1 \(.*mock/);
});

Deno.test("openRules() keeps what rules remember in --data, to its owner", async () => {
  await using folder = await folderOf({
    "1_count.ts": `{
      request: async (request, { state }) => ({
        action: "respond", status: 200, body: "n=" + await state.increment("n"),
      }),
    }`,
  });
  const args = ["--rules", folder.path];
  await using first = await ChildProxy.start(args);
  assertStringIncludes(await first.exchange(get("http://a.test/")), "n=1");
  const { mode } = await Deno.stat(join(first.dataFolder, "kv.sqlite3"));
  assertEquals((mode ?? 0) & 0o777, 0o600);
  first.signal("SIGKILL");
  await first.finished();
  const again = [...args, "--data", first.dataFolder];
  await using second = await ChildProxy.start(again);
  assertStringIncludes(await second.exchange(get("http://a.test/")), "n=2");
  await second.stop();
});

Deno.test("openRules() says once that the store fails; only rules that use it do then", async () => {
  await using folder = await folderOf({
    "1_count.ts": `{
      match: { host: "count.test" },
      request: async (request, { state }) => ({
        action: "respond", status: 200, body: "n=" + await state.increment("n"),
      }),
    }`,
    "2_tells.ts": `{
      match: { host: "tells.test" },
      request: async (request, { state }) => {
        try {
          await state.set("k", 1);
        } catch (error) {
          return { action: "respond", status: 200, body: "no: " + error.message };
        }
      },
    }`,
    "3_plain.ts": `{
      match: { host: "plain.test" },
      request: () => ({ action: "respond", status: 200, body: "plain" }),
    }`,
  });
  await using proxy = await ChildProxy.start(["--rules", folder.path]);
  assertStringIncludes(await proxy.exchange(get("http://count.test/")), "n=1");
  const kv = new DatabaseSync(join(proxy.dataFolder, "kv.sqlite3"));
  kv.exec("DROP TABLE kv");
  kv.close();
  for (let i = 0; i < 3; i++) {
    const counted = await proxy.exchange(get("http://count.test/"));
    assertStringIncludes(counted, "503 Service Unavailable");
    assertStringIncludes(counted, 'the rule \\"count\\" failed');
    const told = await proxy.exchange(get("http://tells.test/"));
    assertMatch(told, /no: Cannot write "k" in the rule's state: .*no such/);
    assertStringIncludes(
      await proxy.exchange(get("http://plain.test/")),
      "plain",
    );
  }
  const { code, stderr } = await proxy.stop();
  assertEquals(code, 0);
  const said = stderr.split("\n").filter((line) =>
    line.includes("The store of")
  );
  assertEquals(said.length, 1, stderr);
  assertStringIncludes(said[0] ?? "", "no such table");
  assertStringIncludes(said[0] ?? "", "kv.sqlite3");
  assertStringIncludes(stderr, 'Cannot increment \\"n\\"');
});

Deno.test("openRules() lets the pages name the files that were left out", async () => {
  await using folder = await folderOf({
    "1_fine.ts": "{ request: () => undefined }",
    "2_key.ts": "{\n  request: () => undefined,\n  mtach: {},\n}",
  });
  const args = ["--rules", folder.path, "--skip-broken-rules"];
  await using proxy = await ChildProxy.start(args);
  const page = await proxy.exchange(get(`${proxy.address}`));
  assertMatch(page, /<code>2_key\.ts:3: mtach: /);
  const health = await proxy.exchange(get(`${proxy.address}healthz`));
  assertMatch(health, /^HTTP\/1.1 200 .*"rules":"degraded"/s);
  const { stderr } = await proxy.stop();
  assertMatch(stderr, /left out: .*2_key\.ts:3: mtach/);
});

Deno.test("openRules() says in sentences that a rule failed, and that its process was lost", async () => {
  await using folder = await folderOf({
    "1_throws.ts": `{
      match: { host: "throws.test" },
      request: () => { throw new Error("oh no"); },
    }`,
    "2_fine.ts": `{
      match: { host: "fine.test" },
      request: () => ({ action: "respond", status: 200, body: "fine" }),
    }`,
  });
  await using proxy = await ChildProxy.start(["--rules", folder.path]);
  await proxy.exchange(get("http://throws.test/"));
  await killChildrenOf(proxy.pid);
  await proxy.stderr.waitFor(/was lost/);
  assertStringIncludes(await proxy.exchange(get("http://fine.test/")), "fine");
  const { stderr } = await proxy.stop();
  const lines = stderr.trim().split("\n").map((line) => JSON.parse(line));
  const messages = lines.map(({ message }) => String(message));
  const failed = messages.find((message) => /failed on/.test(message));
  assertMatch(
    failed ?? "",
    /^the rule "throws" failed on "[^"]+": "Error: oh no, at [^"]*1_throws.ts:3:\d+\)?"$/,
  );
  const lost = messages.find((message) => /was lost/.test(message));
  assertMatch(
    lost ?? "",
    /^The process .* was lost.*ended.* Another is started/,
  );
});

Deno.test("openRules() clears up after a proxy that was killed", async () => {
  await using folder = await folderOf({
    "1_fine.ts": "{ request: () => undefined }",
  });
  await using elsewhere = await folderOf({});
  const temporary = elsewhere.path;
  const args = ["--rules", folder.path];
  const options = { env: { TMPDIR: temporary } };
  const names = () => [...Deno.readDirSync(temporary)].map(({ name }) => name);
  await using killed = await ChildProxy.start(args, options);
  const left = names();
  assertEquals(left.length, 1);
  killed.signal("SIGKILL");
  await killed.finished();
  const longAgo = new Date(Date.now() - 120_000);
  await Deno.utime(join(temporary, left[0]!), longAgo, longAgo);
  await using next = await ChildProxy.start(args, options);
  assertEquals(names().length, 1);
  assertEquals(names().includes(left[0]!), false);
  await next.stop();
  assertEquals(names(), []);
});

/** Ends the processes that a process has started. */
async function killChildrenOf(pid: number): Promise<void> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=", "--ppid", String(pid)],
  }).output();
  const pids = new TextDecoder().decode(stdout).trim().split(/\s+/);
  for (const child of pids) Deno.kill(Number(child), "SIGKILL");
}
