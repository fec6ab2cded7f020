import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DataFolderHeld, holdDataFolder } from "../../src/cli/data_folder.ts";
import { SmallDisk, testWithSmallDisk } from "../scenarios/small_disk.ts";

function withFolder(test: (folder: string) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync({ prefix: "sluice_data_" });
    try {
      test(join(folder, "data"));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test(
  "holdDataFolder() makes a folder for its owner alone",
  withFolder((path) => {
    const deep = join(path, "deep");
    const folder = holdDataFolder(deep);
    assertEquals([path, deep].map(modeOf), [0o700, 0o700]);
    assertEquals(modeOf(join(deep, "lock")), 0o600);
    folder.release();
  }),
);

Deno.test(
  "holdDataFolder() notes who has the folder and where it is to be found",
  withFolder((path) => {
    const folder = holdDataFolder(path);
    const note = () => Deno.readTextFileSync(join(path, "lock"));
    assertEquals(note(), `process ${Deno.pid}\n`);
    folder.sayWhere("http://127.0.0.1:12345");
    folder.sayWhere("http://[::1]:1");
    assertEquals(note(), `process ${Deno.pid} at http://[::1]:1\n`);
    folder.release();
  }),
);

Deno.test(
  "holdDataFolder() forgets what the last one noted",
  withFolder((path) => {
    const first = holdDataFolder(path);
    first.sayWhere("http://127.0.0.1:1");
    first.release();
    const second = holdDataFolder(path);
    const note = Deno.readTextFileSync(join(path, "lock"));
    assertEquals(note, `process ${Deno.pid}\n`);
    second.release();
  }),
);

Deno.test(
  "holdDataFolder() refuses a folder that is held, and takes it once it is not",
  withFolder((path) => {
    const first = holdDataFolder(path);
    first.sayWhere("http://127.0.0.1:1");
    assertThrows(
      () => holdDataFolder(path),
      Error,
      `Cannot use the data folder "${path}": another proxy has it (process ${Deno.pid} at http://127.0.0.1:1). Stop that one, or choose another folder with --data.`,
    );
    first.release();
    holdDataFolder(path).release();
  }),
);

Deno.test(
  "holdDataFolder() tells where the proxy is that holds a folder",
  withFolder((path) => {
    const held = () => assertThrows(() => holdDataFolder(path), DataFolderHeld);
    const folder = holdDataFolder(path);
    assertEquals(held().address, undefined);
    folder.sayWhere("http://[::1]:1");
    assertEquals(held().address, "http://[::1]:1");
    assertEquals(held().holder, `process ${Deno.pid} at http://[::1]:1`);
    folder.release();
  }),
);

Deno.test(
  "holdDataFolder() tells a command that holds a folder from a proxy",
  withFolder((path) => {
    const folder = holdDataFolder(path, "sluice cache");
    const error = assertThrows(() => holdDataFolder(path), DataFolderHeld);
    assertEquals(
      error.message,
      `Cannot use the data folder "${path}": a command has it (sluice cache, process ${Deno.pid}). Wait until that has ended, or choose another folder with --data.`,
    );
    assertEquals(error.address, undefined);
    folder.release();
  }),
);

Deno.test("holdDataFolder() names a folder that can't be made", () => {
  assertThrows(
    () => holdDataFolder("/dev/null/data"),
    Error,
    'Cannot use the data folder "/dev/null/data": ',
  );
});

testWithSmallDisk(
  "holdDataFolder() takes a folder on a full disk where one has been, and no new one",
  async () => {
    using disk = new SmallDisk(1);
    const [old, fresh] = [join(disk.path, "old"), join(disk.path, "new")];
    holdDataFolder(old).release();
    {
      using filler = await Deno.create(join(disk.path, "filler"));
      const page = new Uint8Array(4096);
      assertThrows(() => {
        for (;;) filler.writeSync(page);
      });
    }
    const folder = holdDataFolder(old);
    folder.sayWhere("http://[::1]:1");
    const note = await Deno.readTextFile(join(old, "lock"));
    assertEquals(note, `process ${Deno.pid} at http://[::1]:1\n`);
    folder.release();
    const lock = join(fresh, "lock");
    // Twice: a start that failed does not hold the folder.
    for (let start = 0; start < 2; start++) {
      const { message } = assertThrows(() => holdDataFolder(fresh), Error);
      assertEquals(
        message.includes(`Cannot write "${lock}": No space left`),
        true,
      );
      assertEquals(message.includes("Make room"), true);
    }
  },
);
