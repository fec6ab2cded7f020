import { assertEquals } from "@std/assert";
import { HostSession } from "../../src/sandbox/host_session.ts";
import { PendingCall } from "../../src/sandbox/pending_call.ts";
import { requestData } from "./stage.ts";

Deno.test("HostSession asks, and gives back what has no reply when it ends", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeTextFile(
    `${folder}/1_a.ts`,
    `export default { request: ({ url }) => url === "wait" ? new Promise(() => {}) : undefined };`,
  );
  const loaded = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown[]>();
  const session = new HostSession({
    folder,
    files: ["1_a.ts"],
    modules: [],
    grants: { net: [], read: [] },
    heapMiB: 64,
    maxResidentBytes: 1e9,
  }, {
    loaded: () => loaded.resolve(),
    overdue() {},
    state: () => Promise.resolve({ value: null }),
    settled() {},
    log() {},
    complaint() {},
    ended: (end, { lastStarted }, calls) =>
      ended.resolve([end, lastStarted, calls.map(({ id }) => id)]),
  });
  await loaded.promise;
  const call = (url: string) =>
    new PendingCall(
      { rule: 0, phase: "request", request: requestData({ url }) },
      "request",
      1_000,
    );
  const [waits, answers] = [call("wait"), call("answer")];
  session.send(waits);
  session.send(answers);
  assertEquals((await answers.reply).decisions, []);
  assertEquals(session.isIdle, false);
  session.end("closed");
  assertEquals(await ended.promise, ["closed", 2, [1]]);
  await session.gone;
  await Deno.remove(folder, { recursive: true });
});
