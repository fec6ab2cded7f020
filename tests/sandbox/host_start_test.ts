import { assertRejects } from "@std/assert";
import { startSession } from "../../src/sandbox/host_start.ts";
import { RuleSetError } from "../../src/sandbox/rule_set_error.ts";

Deno.test("startSession() rejects when the host ends over loading", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeTextFile(`${folder}/1_a.ts`, "for (;;);");
  const { session, loaded } = startSession({
    folder,
    files: ["1_a.ts"],
    modules: [],
    grants: { net: [], read: [] },
    heapMiB: 64,
    maxResidentBytes: 1,
  }, {
    overdue() {},
    state: () => Promise.resolve({ value: null }),
    settled() {},
    log() {},
    complaint() {},
    ended() {},
  });
  session.end("memory");
  await assertRejects(
    () => loaded,
    RuleSetError,
    "1_a.ts: Cannot load it: loading it took too much memory",
  );
  await session.gone;
  await Deno.remove(folder, { recursive: true });
});
