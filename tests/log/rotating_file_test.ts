import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RotatingFile } from "../../src/log/rotating_file.ts";
import { SmallDisk, testWithSmallDisk } from "../scenarios/small_disk.ts";

const isLinux = Deno.build.os === "linux";

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

async function writeAll(file: RotatingFile, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) {
    bytes = bytes.subarray(await file.write(bytes));
  }
}

/** The files of a folder, by name, with what they hold. */
async function contents(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name } of Deno.readDir(folder)) {
    files[name] = await Deno.readTextFile(`${folder}/${name}`);
  }
  return files;
}

Deno.test("RotatingFile makes its folder and file for the owner alone", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a/b/access.log`;
    const file = new RotatingFile({ path, maxBytes: 100, keep: 1 });
    await writeAll(file, "line\n");
    file.close();
    assertEquals(await Deno.readTextFile(path), "line\n");
    if (!isLinux) return;
    const modes = [path, `${folder}/a/b`, `${folder}/a`].map((name) =>
      (Deno.statSync(name).mode ?? 0) & 0o777
    );
    assertEquals(modes, [0o600, 0o700, 0o700]);
  });
});

Deno.test("RotatingFile rotates past its size and keeps so many", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 10, keep: 2 });
    for (let line = 0; line < 9; line++) await writeAll(file, `l${line}..\n`);
    file.close();
    assertEquals(await contents(folder), {
      "access.log": "l8..\n",
      "access.log.1": "l6..\nl7..\n",
      "access.log.2": "l4..\nl5..\n",
    });
  });
});

Deno.test("RotatingFile puts the lines of one large write where they fit", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 10, keep: 9 });
    await writeAll(file, "aaaa\nbbbb\nccccccccccccccc\nd\ne\n");
    file.close();
    assertEquals(await contents(folder), {
      "access.log": "d\ne\n",
      "access.log.1": "ccccccccccccccc\n",
      "access.log.2": "aaaa\nbbbb\n",
    });
  });
});

Deno.test("RotatingFile ends a line that was written in part before it rotates", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 5, keep: 1 });
    await writeAll(file, "abc");
    await writeAll(file, "def\nnext\n");
    file.close();
    assertEquals(await contents(folder), {
      "access.log": "next\n",
      "access.log.1": "abcdef\n",
    });
  });
});

Deno.test("RotatingFile starts again from nothing where none are kept", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 10, keep: 0 });
    for (let line = 0; line < 5; line++) await writeAll(file, `l${line}..\n`);
    file.close();
    assertEquals(await contents(folder), { "access.log": "l4..\n" });
  });
});

Deno.test("RotatingFile appends after a restart and counts what is there", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    for (const line of ["one.\n", "two.\n", "six.\n"]) {
      const file = new RotatingFile({ path, maxBytes: 10, keep: 1 });
      await writeAll(file, line);
      file.close();
    }
    assertEquals(await contents(folder), {
      "access.log": "six.\n",
      "access.log.1": "one.\ntwo.\n",
    });
  });
});

Deno.test("RotatingFile ends a half line that an earlier process left", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const ways = [
      (file: RotatingFile) => writeAll(file, "next\n"),
      (file: RotatingFile) => {
        file.writeSync(new TextEncoder().encode("next\n"));
      },
    ];
    for (const write of ways) {
      await Deno.writeTextFile(path, "whole\nhal");
      const file = new RotatingFile({ path, maxBytes: 100, keep: 1 });
      await file.open();
      await write(file);
      file.close();
      assertEquals(await Deno.readTextFile(path), "whole\nhal\nnext\n");
    }
  });
});

testWithSmallDisk(
  "RotatingFile opens on a full disk, and writes once there is room",
  async () => {
    using disk = new SmallDisk(1);
    const path = `${disk.path}/access.log`;
    // To the end of its page, so that there is no room for the end of the line.
    const half = "x".repeat(4096);
    await Deno.writeTextFile(path, half);
    using filler = await Deno.create(`${disk.path}/filler`);
    const page = new Uint8Array(4096);
    await assertRejects(async () => {
      for (;;) await filler.write(page);
    });
    const file = new RotatingFile({ path, maxBytes: 1e6, keep: 1 });
    await file.open();
    await assertRejects(() => writeAll(file, "line\n"), Error, "No space left");
    await filler.truncate();
    await writeAll(file, "line\n");
    file.close();
    assertEquals(await Deno.readTextFile(path), `${half}\nline\n`);
  },
);

testWithSmallDisk(
  "RotatingFile opens where there is no room for the file",
  async () => {
    using disk = new SmallDisk(1, 2);
    const other = `${disk.path}/other`;
    await Deno.writeTextFile(other, "");
    const path = `${disk.path}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 1e6, keep: 1 });
    await file.open();
    await assertRejects(() => writeAll(file, "line\n"), Error, "No space left");
    await Deno.remove(other);
    await writeAll(file, "line\n");
    file.close();
    assertEquals(await Deno.readTextFile(path), "line\n");
  },
);

Deno.test("RotatingFile goes on when its files were removed meanwhile", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 5, keep: 3 });
    await writeAll(file, "aaaa\n");
    await Deno.remove(path);
    await writeAll(file, "bbbb\n");
    file.close();
    assertEquals(await contents(folder), { "access.log": "bbbb\n" });
  });
});

Deno.test("RotatingFile.writeSync() opens the file if need be", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const file = new RotatingFile({ path, maxBytes: 100, keep: 1 });
    const bytes = new TextEncoder().encode("line\n");
    assertEquals(file.writeSync(bytes), 5);
    file.close();
    assertEquals(await Deno.readTextFile(path), "line\n");
  });
});

Deno.test("RotatingFile.open() says which file it can't open, and why", async () => {
  await withFolder(async (folder) => {
    const file = new RotatingFile({ path: folder, maxBytes: 100, keep: 1 });
    const error = await assertRejects(() => file.open(), Error);
    assert(error.message.startsWith(`Cannot open the log file "${folder}": `));
    await Deno.writeTextFile(`${folder}/file`, "");
    const below = new RotatingFile({
      path: `${folder}/file/access.log`,
      maxBytes: 100,
      keep: 1,
    });
    await assertRejects(() => below.open(), Error, "Cannot open the log file");
  });
});

Deno.test("RotatingFile goes on past its size where it can't rotate, says so once and tries later", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    const errors: string[] = [];
    let nowMs = 0;
    // A folder that is not empty can't be replaced by a file.
    await Deno.mkdir(`${folder}/access.log.1/full`, { recursive: true });
    const file = new RotatingFile({
      path,
      maxBytes: 5,
      keep: 1,
      onError: ({ message }) => errors.push(message),
      now: () => nowMs,
    });
    let text = "";
    const failed: number[] = [];
    for (nowMs of [0, 10, 999, 1_000, 2_999, 3_000, 6_999, 7_000]) {
      await writeAll(file, "aaaa\n");
      text += "aaaa\n";
      if (nowMs === 0) {
        await writeAll(file, "aaaa\n");
        text += "aaaa\n";
      }
      failed.push(file.failedRotations);
    }
    assertEquals(failed, [1, 1, 1, 2, 2, 3, 3, 4]);
    assertEquals(await Deno.readTextFile(path), text);
    assertEquals(errors.length, 1);
    assert(errors[0]?.startsWith(`Cannot rotate the log file "${path}": `));
    await Deno.remove(`${folder}/access.log.1`, { recursive: true });
    nowMs = 1e6;
    await writeAll(file, "bbbb\n");
    file.close();
    assertEquals(await contents(folder), {
      "access.log": "bbbb\n",
      "access.log.1": text,
    });
  });
});

Deno.test("RotatingFile moves old files no further than to where there is none", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/access.log`;
    // As a rotation leaves them that failed at the last step.
    await Deno.writeTextFile(`${folder}/access.log.2`, "older\n");
    await Deno.writeTextFile(`${folder}/access.log.3`, "oldest\n");
    const file = new RotatingFile({ path, maxBytes: 5, keep: 3 });
    await writeAll(file, "aaaa\nbbbb\n");
    file.close();
    assertEquals(await contents(folder), {
      "access.log": "bbbb\n",
      "access.log.1": "aaaa\n",
      "access.log.2": "older\n",
      "access.log.3": "oldest\n",
    });
  });
});

Deno.test({
  name: "RotatingFile never rotates what is no regular file",
  ignore: !isLinux,
  fn: async () => {
    const file = new RotatingFile({ path: "/dev/null", maxBytes: 1, keep: 1 });
    await writeAll(file, "line\nline\n");
    await writeAll(file, "line\n");
    file.close();
    assert((await Deno.stat("/dev/null")).isCharDevice);
  },
});

Deno.test({
  name: "RotatingFile names the file that can't be written",
  ignore: !isLinux,
  fn: async () => {
    const path = "/dev/full";
    const file = new RotatingFile({ path, maxBytes: 100, keep: 1 });
    await assertRejects(
      () => file.write(new TextEncoder().encode("line\n")),
      Error,
      `Cannot write the log file "${path}": No space left`,
    );
    assertThrows(
      () => file.writeSync(new TextEncoder().encode("line\n")),
      Error,
      `Cannot write the log file "${path}": No space left`,
    );
    file.close();
  },
});
