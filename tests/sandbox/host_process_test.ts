import { assert, assertEquals } from "@std/assert";
import { HostProcess } from "../../src/sandbox/host_process.ts";
import type { ProtocolError } from "../../src/sandbox/json_shape.ts";

function start(line: (line: string) => void = () => {}) {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  const markPath = Deno.makeTempFileSync();
  const ended = Promise.withResolvers<ProtocolError | undefined>();
  const complaints: string[] = [];
  const process = new HostProcess({
    folder,
    markPath,
    grants: { net: [], read: [] },
    heapMiB: 64,
  }, {
    line,
    complaint: (complaint) => complaints.push(complaint),
    ended: ended.resolve,
  });
  const cleanUp = async () => {
    process.kill();
    await process.gone;
    await Deno.remove(folder);
    await Deno.remove(markPath);
  };
  return {
    process,
    ended: ended.promise,
    complaints,
    folder,
    markPath,
    cleanUp,
  };
}

Deno.test("HostProcess starts a host that answers", async () => {
  const answer = Promise.withResolvers<string>();
  const { process, folder, markPath, cleanUp } = start(answer.resolve);
  process.write(
    JSON.stringify({
      token: "T",
      folder,
      readable: [],
      files: [],
      markPath,
      modules: [],
    }) + "\n",
  );
  assertEquals(
    await answer.promise,
    'T["loaded",{"rules":[],"problems":[],"modules":[]}]',
  );
  if (Deno.build.os === "linux") assert((process.residentBytes() ?? 0) > 1e6);
  await cleanUp();
});

Deno.test("HostProcess ends a host that is spoken to in no protocol", async () => {
  const { process, ended, complaints, cleanUp } = start();
  process.write("nonsense\n");
  assertEquals(await ended, undefined);
  assert(complaints.some((line) => line.includes("it is no JSON")));
  await cleanUp();
});

Deno.test("HostProcess tells its end when it is killed, and takes writes after that", async () => {
  const { process, ended, cleanUp } = start();
  process.kill();
  assertEquals(await ended, undefined);
  process.write("too late\n");
  process.kill();
  await cleanUp();
});
