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
  const lists = await openLists({
    ...defaultSettings(),
    block: ["own.example"],
    blockFiles: [path],
  });
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
    lists.close();
    await Deno.remove(path);
  }
});

Deno.test("openLists() says which file can't be read", async () => {
  await assertRejects(
    () => openLists({ ...defaultSettings(), blockFiles: ["/not/there.txt"] }),
    Error,
    'Cannot read the file of --block-file, "/not/there.txt"',
  );
});
