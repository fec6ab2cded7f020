import { assertEquals, assertThrows } from "@std/assert";
import { ImportError, ImportGuard } from "../../src/sandbox/import_guard.ts";

const GUARD = new ImportGuard(["file:///r/rules/", "file:///etc/list.json"]);
const IMPORTER = "file:///r/rules/lib/a.ts";

Deno.test("resolve() lets files of the folder and granted ones through", () => {
  for (
    const [specifier, url] of [
      ["./b.ts", "file:///r/rules/lib/b.ts"],
      ["../b.ts?v=1", "file:///r/rules/b.ts?v=1"],
      ["file:///r/rules/c.json", "file:///r/rules/c.json"],
      ["/etc/list.json", "file:///etc/list.json"],
      ["node:crypto", "node:crypto"],
    ] as const
  ) assertEquals(GUARD.resolve(specifier, IMPORTER), url);
});

for (
  const specifier of [
    "../../x.ts",
    "/etc/passwd",
    "/etc/list.json/x",
    "file:///r/rules-other/x.ts",
    "file://host/r/rules/x.ts",
    "./%2e%2e/%2e%2e/x.ts",
    "./..%2f..%2fx.ts",
    "http://a.example/x.ts",
    "https://a.example/x.ts",
    "npm:x",
    "jsr:@std/path",
    "data:text/javascript,1",
    "blob:null/1",
    "node:fs",
    "node:process",
    "NODE:fs",
    "fs",
    "left-pad",
    "",
  ]
) {
  Deno.test(`resolve() refuses "${specifier}"`, () => {
    assertThrows(
      () => GUARD.resolve(specifier, IMPORTER),
      ImportError,
      "Cannot import",
    );
  });
}
