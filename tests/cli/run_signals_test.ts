import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { ChildProxy, get } from "./child_proxy.ts";
import { waitingOrigin } from "./plain_origin.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`run() drains on ${signal}: what is under way finishes`, async () => {
    await using origin = waitingOrigin("finished");
    await using proxy = await ChildProxy.start();
    const answer = proxy.exchange(get(origin.url));
    await origin.asked;
    proxy.signal(signal);
    await proxy.stderr.waitFor(/draining/);
    await assertRejects(() => proxy.connect(), Deno.errors.ConnectionRefused);
    origin.answer();
    assertMatch(await answer, /^HTTP\/1\.1 200 .*finished$/s);
    const { code, stdout } = await proxy.finished();
    assertEquals(code, 0);
    const [ready, ...records] = stdout.trimEnd().split("\n");
    assertEquals(ready, `listening on ${proxy.address.origin}`);
    assertEquals(records.map(summary), [{ url: origin.url, status: 200 }]);
    const file = await Deno.readTextFile(join(proxy.dataFolder, "access.log"));
    assertEquals(file.trimEnd().split("\n"), records);
  });
}

Deno.test("run() closes idle connections on SIGTERM", async () => {
  await using proxy = await ChildProxy.start();
  using idle = await proxy.connect();
  await idle.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertMatch(await idle.head(), / 200 /);
  const [{ code }] = await Promise.all([proxy.stop(), idle.rest()]);
  assertEquals(code, 0);
});

Deno.test("run() cuts what has not ended by --drain-timeout, and ends with 0", async () => {
  await using origin = waitingOrigin();
  await using proxy = await ChildProxy.start(["--drain-timeout", "500ms"]);
  const answer = proxy.exchange(get(origin.url));
  await origin.asked;
  const { code, stdout, stderr } = await proxy.stop();
  assertEquals(code, 0);
  assertStringIncludes(await answer, "HTTP/1.1 503 ");
  assertStringIncludes(
    stderr,
    "did not end within --drain-timeout: 1",
  );
  const [, record] = stdout.trimEnd().split("\n");
  assertEquals(summary(record ?? "{}"), { url: origin.url, status: 503 });
});

Deno.test("run() ends at once on a second signal, with 1", async () => {
  await using origin = waitingOrigin();
  await using proxy = await ChildProxy.start();
  const answer = proxy.exchange(get(origin.url));
  await origin.asked;
  proxy.signal("SIGINT");
  await proxy.stderr.waitFor(/draining/);
  proxy.signal("SIGINT");
  const { code } = await proxy.finished();
  assertEquals([code, await answer], [1, ""]);
});

function summary(line: string): { url: string; status: number } {
  const { url, status } = JSON.parse(line);
  return { url, status };
}
