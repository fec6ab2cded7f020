import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
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
