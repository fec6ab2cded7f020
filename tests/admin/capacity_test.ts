import { assertEquals, assertStringIncludes } from "@std/assert";
import { capacityTable, shareBar } from "../../src/admin/capacity.ts";
import { htmlText } from "../../src/admin/html.ts";

Deno.test("capacityTable() tells what is used of what there may be", async () => {
  const text = await htmlText(capacityTable([
    { name: "Cache", used: 1536, most: 64 * 2 ** 20, unit: "bytes" },
    { name: "Pages", used: 60, most: 64, unit: "count", note: "<many>" },
  ]));
  for (const cell of ["1.5 KiB", "64 MiB", "60", "94%", "&lt;many&gt;"]) {
    assertStringIncludes(text, cell);
  }
});

Deno.test("shareBar() is marked from nine tenths on, and stays within its frame", async () => {
  const bars = await Promise.all(
    ([[89, 100], [90, 100], [300, 100], [1, 0]] as const).map(
      async ([used, most]) => {
        const text = await htmlText(shareBar(used, most));
        return [text.includes("tone-warn"), /width="([\d.]+)"/.exec(text)?.[1]];
      },
    ),
  );
  assertEquals(bars, [
    [false, "89.0"],
    [true, "90.0"],
    [true, "100.0"],
    [false, "0.0"],
  ]);
});
