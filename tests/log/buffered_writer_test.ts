import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BufferedWriter,
  type BufferedWriterOptions,
  type ByteTarget,
} from "../../src/log/buffered_writer.ts";
import { full, gone, HeldTarget, MemoryTarget } from "./memory_target.ts";

function writerFor(
  target: ByteTarget,
  options: Partial<BufferedWriterOptions> = {},
) {
  const errors: Error[] = [];
  const writer = new BufferedWriter(target, {
    onError: (error) => errors.push(error),
    droppedLine: (dropped) => `dropped ${dropped}\n`,
    ...options,
  });
  return { writer, errors };
}

Deno.test("BufferedWriter writes a batch of many lines at once", async () => {
  const target = new MemoryTarget();
  const { writer } = writerFor(target);
  for (let line = 0; line < 100; line++) writer.write(`${line}\n`);
  assertEquals(target.writes, 0);
  await writer.close();
  assertEquals(target.writes, 1);
  assertEquals(target.text.split("\n").length, 101);
});

Deno.test("BufferedWriter writes a batch when it is full", async () => {
  const target = new MemoryTarget();
  const { writer } = writerFor(target, { batchBytes: 10 });
  writer.write("12345\n");
  assertEquals(target.writes, 0);
  writer.write("67890\n");
  assertEquals(target.writes, 1);
  writer.write("next\n");
  await writer.close();
  assertEquals(target.text, "12345\n67890\nnext\n");
});

Deno.test("BufferedWriter writes a batch after the delay", async () => {
  const target = new MemoryTarget();
  const { promise: written, resolve } = Promise.withResolvers<void>();
  target.take = (bytes) => {
    resolve();
    return bytes.length;
  };
  // The writer's own timer does not keep the process waiting; this one does.
  const alive = setInterval(() => {}, 1000);
  const { writer } = writerFor(target, { maxDelayMs: 1 });
  writer.write("line\n");
  await written;
  clearInterval(alive);
  assertEquals(target.text, "line\n");
  await writer.close();
});

Deno.test("BufferedWriter goes on where a partial write stopped", async () => {
  const target = new MemoryTarget();
  target.take = (bytes) => Math.min(3, bytes.length);
  const { writer } = writerFor(target);
  writer.write("one line\n");
  writer.write("another\n");
  await writer.flush();
  assertEquals(target.text, "one line\nanother\n");
  writer.write("third\n");
  await writer.close();
  assertEquals(target.text, "one line\nanother\nthird\n");
});

Deno.test("BufferedWriter neither loses nor repeats a byte, whatever the target does", async () => {
  const takes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });
  await fc.assert(fc.asyncProperty(takes, async (amounts) => {
    const target = new MemoryTarget();
    const left = [...amounts];
    target.take = (bytes) => {
      const amount = left.shift() ?? bytes.length;
      return amount === 0 ? full() : Math.min(amount, bytes.length);
    };
    const { writer } = writerFor(target, { batchBytes: 16 });
    let expected = "";
    for (let line = 0; line < 30; line++) {
      writer.write(`line ${line}\n`);
      expected += `line ${line}\n`;
      if (line % 7 === 0) await writer.flush();
    }
    while (target.text.length < expected.length) await writer.flush();
    await writer.close();
    assertEquals(target.text, expected);
  }));
});

Deno.test("BufferedWriter reports a failure once, until writing works again", async () => {
  const target = new MemoryTarget();
  target.take = full;
  const { writer, errors } = writerFor(target);
  for (let time = 0; time < 5; time++) {
    writer.write(`${time}\n`);
    await writer.flush();
  }
  assertEquals(errors.map((error) => error.message), [
    "No space left on device",
  ]);
  target.take = (bytes) => bytes.length;
  await writer.flush();
  assertEquals(target.text, "0\n1\n2\n3\n4\n");
  target.take = full;
  writer.write("5\n");
  await writer.flush();
  assertEquals(errors.length, 2);
  await writer.close();
  assertEquals(
    errors[2]?.message,
    "Cannot write the last 1 lines of the log: closing",
  );
});

Deno.test("BufferedWriter tries again by itself after a failure", async () => {
  const target = new MemoryTarget();
  const { promise: written, resolve } = Promise.withResolvers<void>();
  target.take = (bytes) => {
    if (target.writes < 3) full();
    resolve();
    return bytes.length;
  };
  const alive = setInterval(() => {}, 1000);
  const { writer } = writerFor(target, { maxDelayMs: 1 });
  writer.write("line\n");
  await written;
  clearInterval(alive);
  await writer.close();
  assertEquals(target.text, "line\n");
});

Deno.test("BufferedWriter treats a target that takes nothing as a failure", async () => {
  const target = new MemoryTarget();
  target.take = () => 0;
  const { writer, errors } = writerFor(target);
  writer.write("line\n");
  await writer.flush();
  assertEquals(errors.length, 1);
  await writer.close();
});

Deno.test("BufferedWriter does not report a pipe that is full for now", async () => {
  const target = new MemoryTarget();
  target.take = () => {
    throw new Deno.errors.WouldBlock("full");
  };
  const { writer, errors } = writerFor(target);
  writer.write("line\n");
  await writer.flush();
  assertEquals(errors, []);
  target.take = full;
  await writer.flush();
  assertEquals(errors.length, 1);
  await writer.close();
});

Deno.test("BufferedWriter drops lines past its limit and says how many", async () => {
  const target = new MemoryTarget();
  target.take = full;
  const { writer } = writerFor(target, {
    batchBytes: 10,
    maxPendingBytes: 40,
  });
  for (let line = 0; line < 20; line++) writer.write("123456789\n");
  await writer.flush();
  assertEquals(writer.droppedLines, 16);
  target.take = (bytes) => bytes.length;
  await writer.flush();
  writer.write("after\n");
  await writer.close();
  assertEquals(
    target.text,
    "123456789\n".repeat(4) + "dropped 16\nafter\n",
  );
});

Deno.test("BufferedWriter counts bytes, not characters, against its limit", async () => {
  const target = new MemoryTarget();
  target.take = full;
  const { writer } = writerFor(target, {
    batchBytes: 10,
    maxPendingBytes: 40,
  });
  for (let line = 0; line < 20; line++) writer.write("漢".repeat(9) + "\n");
  assertEquals(writer.droppedLines, 18);
  await writer.close();
});

Deno.test("BufferedWriter gives up a target whose reader is gone", async () => {
  const target = new MemoryTarget();
  target.take = gone;
  const { writer, errors } = writerFor(target);
  writer.write("line\n");
  await writer.flush();
  writer.write("line\n");
  await writer.flush();
  await writer.close();
  assertEquals(target.writes, 1);
  assertEquals(errors.length, 1);
});

Deno.test("BufferedWriter.flush() waits for a write that is under way", async () => {
  const target = new HeldTarget();
  const { writer } = writerFor(target, { batchBytes: 1 });
  writer.write("first\n");
  writer.write("second\n");
  const flushed = writer.flush();
  writer.write("third\n");
  target.release();
  await flushed;
  assertEquals(target.text, "first\nsecond\nthird\n");
  await writer.close();
});

Deno.test("BufferedWriter.flushSync() leaves a batch that is under way", async () => {
  const target = new HeldTarget();
  const { writer } = writerFor(target, { batchBytes: 1 });
  writer.write("first\n");
  writer.write("second\n");
  writer.flushSync();
  assertEquals(target.text, "second\n");
  target.release();
  await writer.close();
  assertEquals(target.text, "second\nfirst\n");
});

Deno.test("BufferedWriter.close() does not wait for ever", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const stuck: ByteTarget = { write: () => promise, writeSync: () => 0 };
  const { writer, errors } = writerFor(stuck, { closeTimeoutMs: 1 });
  writer.write("one\n");
  writer.write("two\n");
  await writer.close();
  assertEquals(
    errors[0]?.message,
    "Cannot write the last 2 lines of the log: closing",
  );
  resolve(1);
});

Deno.test("BufferedWriter takes no line after close()", async () => {
  const target = new MemoryTarget();
  const { writer } = writerFor(target);
  await writer.close();
  writer.write("late\n");
  await writer.flush();
  await writer.close();
  assertEquals(target.text, "");
});

/** Runs a program that has a `writer` on its standard output. */
function child(program: string): Deno.ChildProcess {
  const module = import.meta.resolve("../../src/log/buffered_writer.ts");
  const code = `
    import { BufferedWriter } from ${JSON.stringify(module)};
    let failed = false;
    const writer = new BufferedWriter(Deno.stdout, {
      onError: (error) => { failed = true; console.error(error.name); },
      droppedLine: String,
      maxDelayMs: 600_000,
    });
    ${program}`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--ext=ts", code],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
}

Deno.test("BufferedWriter survives a reader of standard output that goes", async () => {
  const process = child(`
    while (!failed) {
      writer.write("x".repeat(70_000) + "\\n");
      await writer.flush();
    }
    writer.write("more\\n");
    await writer.close();`);
  const reader = process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [status, stderr] = await Promise.all([
    process.status,
    new Response(process.stderr).text(),
  ]);
  assertEquals([status.code, stderr.trim()], [0, "BrokenPipe"]);
});

Deno.test("BufferedWriter does not keep the process alive, and flushSync() works at its end", async () => {
  const process = child(`
    addEventListener("unload", () => writer.flushSync());
    writer.write("last words\\n");`);
  const { code, stdout, stderr } = await process.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals(new TextDecoder().decode(stdout), "last words\n");
  assert(code === 0);
});
