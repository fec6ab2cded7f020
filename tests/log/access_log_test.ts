import { assert, assertEquals, assertRejects } from "@std/assert";
import { AccessLog, type AccessLogOptions } from "../../src/log/access_log.ts";
import type { LogFormat } from "../../src/log/record_format.ts";
import { gone, HeldTarget, MemoryTarget } from "./memory_target.ts";
import { sampleRecord } from "./sample_record.ts";

async function withFolder(
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function logWith(options: Partial<AccessLogOptions>): AccessLog {
  return new AccessLog({
    console: undefined,
    file: undefined,
    logQuery: true,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
}

async function lineCount(path: string): Promise<number> {
  return (await Deno.readTextFile(path)).split("\n").length - 1;
}

/** What the console and the file get of one record. */
async function outputs(format: LogFormat): Promise<[string, string]> {
  const target = new MemoryTarget();
  let written = "";
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const log = logWith({
      console: { format, target, colour: true },
      file: { path, maxBytes: 1e6, keep: 1 },
    });
    log.record(sampleRecord());
    await log.close();
    written = await Deno.readTextFile(path);
  });
  return [target.text, written];
}

Deno.test("AccessLog gives the file JSON beside a pretty console", async () => {
  const [onConsole, inFile] = await outputs("pretty");
  assert(onConsole.includes("\x1b["));
  assertEquals(JSON.parse(inFile).outcome, "miss");
});

Deno.test("AccessLog gives the file the console's other formats", async () => {
  for (const format of ["json", "common", "combined"] as const) {
    const [onConsole, inFile] = await outputs(format);
    assert(onConsole !== "");
    assertEquals(inFile, onConsole);
  }
});

Deno.test("AccessLog formats a record once for both", async () => {
  await withFolder(async (folder) => {
    const log = logWith({
      console: { format: "json", target: new MemoryTarget() },
      file: { path: `${folder}/access.log`, maxBytes: 1e6, keep: 1 },
    });
    let reads = 0;
    const record = sampleRecord();
    log.record(Object.defineProperty(record, "method", {
      get: () => (reads++, "GET"),
    }));
    await log.close();
    assertEquals(reads, 1);
  });
});

Deno.test("AccessLog writes JSON to a file without a console", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const log = logWith({ file: { path, maxBytes: 1e6, keep: 1 } });
    log.record(sampleRecord({ id: "a" }));
    await log.flush();
    assertEquals(JSON.parse(await Deno.readTextFile(path)).id, "a");
    log.record(sampleRecord({ id: "b" }));
    log.flushSync();
    const lines = (await Deno.readTextFile(path)).trim().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line).id), ["a", "b"]);
    await log.close();
  });
});

Deno.test("AccessLog writes thousands of records whole, over several files", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const log = logWith({ file: { path, maxBytes: 200_000, keep: 9 } });
    for (let id = 0; id < 3000; id++) {
      log.record(sampleRecord({ id: String(id) }));
    }
    await log.close();
    const ids: number[] = [];
    const entries = await Array.fromAsync(Deno.readDir(folder));
    assert(entries.length > 3);
    for (const { name } of entries) {
      const text = await Deno.readTextFile(`${folder}/${name}`);
      assert(text.length <= 200_000);
      for (const line of text.trimEnd().split("\n")) {
        ids.push(Number(JSON.parse(line).id));
      }
    }
    ids.sort((a, b) => a - b);
    assertEquals(ids, Array.from({ length: 3000 }, (_, id) => id));
  });
});

Deno.test("AccessLog hides queries if told", async () => {
  const target = new MemoryTarget();
  const log = logWith({
    console: { format: "json", target },
    logQuery: false,
  });
  log.record(sampleRecord({ url: "/a?secret" }));
  await log.close();
  assertEquals(JSON.parse(target.text).url, "/a?…");
});

Deno.test("AccessLog.open() refuses a file that can't be opened", async () => {
  await withFolder(async (folder) => {
    const log = logWith({ file: { path: folder, maxBytes: 1, keep: 1 } });
    await assertRejects(() => log.open(), Error, "Cannot open the log file");
    await log.close();
  });
});

Deno.test({
  name:
    "AccessLog says once that the disk is full, and goes on for the console",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const errors: string[] = [];
    const target = new MemoryTarget();
    const log = logWith({
      console: { format: "common", target },
      file: { path: "/dev/full", maxBytes: 1000, keep: 1 },
      onError: (error) => errors.push(error.message),
    });
    for (let time = 0; time < 3; time++) {
      log.record(sampleRecord());
      await log.flush();
    }
    await log.close();
    assertEquals(errors.length, 2);
    assert(errors[0]?.includes("No space left on device"), errors[0]);
    assert(errors[1]?.includes("the last 3 lines"), errors[1]);
    assertEquals(target.text.split("\n").length, 4);
    for (const { droppedLines } of log.usage) assertEquals(droppedLines, 0);
  },
});

Deno.test("AccessLog writes to the file when nobody reads the console any more", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const target = new MemoryTarget();
    target.take = gone;
    const errors: string[] = [];
    const log = logWith({
      console: { format: "json", target },
      file: { path, maxBytes: 1e6, keep: 1 },
      onError: (error) => errors.push(error.message),
    });
    for (const id of ["a", "b"]) {
      log.record(sampleRecord({ id }));
      await log.flush();
    }
    await log.close();
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line).id), ["a", "b"]);
    assertEquals([errors, target.writes], [["gone"], 1]);
  });
});

Deno.test("AccessLog writes to the file while the console is stuck", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const target = new HeldTarget();
    const log = logWith({
      console: { format: "common", target },
      file: { path, maxBytes: 1e8, keep: 1 },
    });
    await log.open();
    const records = 20_000;
    for (let id = 0; id < records; id++) {
      log.record(sampleRecord({ url: `/${id}` }));
    }
    const flushed = log.flush();
    for (let look = 0; look < 5000; look++) {
      if (await lineCount(path) === records) break;
    }
    assertEquals([await lineCount(path), target.text], [records, ""]);
    target.release();
    await flushed;
    await log.close();
    assertEquals(await Deno.readTextFile(path), target.text);
  });
});

Deno.test("AccessLog without outputs does nothing", async () => {
  const log = logWith({});
  log.record(sampleRecord());
  await log.flush();
  await log.close();
});

Deno.test("AccessLog tells what waits for each target", async () => {
  await withFolder(async (folder) => {
    const target = new HeldTarget();
    const log = logWith({
      console: { format: "json", target },
      file: { path: `${folder}/access.log`, maxBytes: 1e6, keep: 1 },
    });
    assertEquals(log.usage.map(({ target, ...usage }) => [target, usage]), [
      ["console", {
        pendingBytes: 0,
        maxPendingBytes: 8 * 1024 * 1024,
        droppedLines: 0,
        failedRotations: 0,
      }],
      ["file", {
        pendingBytes: 0,
        maxPendingBytes: 8 * 1024 * 1024,
        droppedLines: 0,
        failedRotations: 0,
      }],
    ]);
    log.record(sampleRecord());
    const flushed = log.flush();
    const [onConsole, inFile] = log.usage;
    assert((onConsole?.pendingBytes ?? 0) > 100);
    assertEquals(onConsole?.pendingBytes, inFile?.pendingBytes);
    target.release();
    await flushed;
    assertEquals(log.usage.map(({ pendingBytes }) => pendingBytes), [0, 0]);
    await log.close();
  });
});
