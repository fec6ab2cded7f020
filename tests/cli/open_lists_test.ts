import { assertEquals, assertRejects } from "@std/assert";
import { openLists } from "../../src/cli/open_lists.ts";
import { defaultSettings } from "../../src/config.ts";

const SUBJECT = {
  phase: "connect",
  scheme: "https",
  port: 443,
  pathKey: "",
} as const;

Deno.test("openLists() blocks by options and files, and names line and file", async () => {
  const path = await Deno.makeTempFile({ suffix: ".txt" });
  await Deno.writeTextFile(
    path,
    "# ads\n||ads.example^\n0.0.0.0 bad.example\n",
  );
  const kv = await Deno.openKv(":memory:");
  const settings = {
    ...defaultSettings(),
    block: ["own.example"],
    blockFiles: [path],
  };
  const lists = await openLists(settings, kv);
  try {
    const { current } = lists.book;
    const name = path.split("/").at(-1);
    assertEquals(
      current.judge({ ...SUBJECT, host: "x.ads.example" }).reason,
      `blocked by .ads.example (${name} line 2)`,
    );
    assertEquals(
      current.judge({ ...SUBJECT, host: "own.example" }).verdict,
      "block",
    );
    assertEquals(current.judge({ ...SUBJECT, host: "x.test" }).verdict, "none");
  } finally {
    await lists.close();
    kv.close();
    await Deno.remove(path);
  }
});

Deno.test("openLists() puts in force what was listed on the admin page", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    for (const verdict of ["none", "block"] as const) {
      const lists = await openLists(defaultSettings(), kv);
      const subject = { ...SUBJECT, host: "x.ads.example" };
      assertEquals(lists.book.current.judge(subject).verdict, verdict);
      await lists.desk.add({ entry: ".ads.example", action: "block" });
      await lists.close();
    }
  } finally {
    kv.close();
  }
});

Deno.test("openLists() says which file can't be read", async () => {
  const kv = await Deno.openKv(":memory:");
  const settings = { ...defaultSettings(), blockFiles: ["/not/there.txt"] };
  await assertRejects(
    () => openLists(settings, kv),
    Error,
    'Cannot read the file of --block-file, "/not/there.txt"',
  );
  kv.close();
});

Deno.test({
  name: "openLists() refuses what is no regular file, and does not wait for it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const fifo = `${folder}/fifo`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    const kv = await Deno.openKv(":memory:");
    try {
      for (
        const [path, kind] of [
          [folder, "a folder"],
          [fifo, "a FIFO"],
          ["/dev/zero", "a device"],
        ] as const
      ) {
        const settings = { ...defaultSettings(), blockFiles: [path] };
        await assertRejects(
          () => openLists(settings, kv),
          Error,
          `Cannot read the file of --block-file, "${path}": it is ${kind}, wants a regular file.`,
        );
        const page = { ...defaultSettings(), blockPagePath: path };
        await assertRejects(
          () => openLists(page, kv),
          Error,
          `Cannot read the file of --block-page, "${path}": it is ${kind}`,
        );
      }
    } finally {
      kv.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
