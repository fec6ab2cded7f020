import { assertEquals } from "@std/assert";
import { SourceFile, trackedFiles } from "./source_file.ts";

const TEXT = `// import "./no.ts";
import type { A } from "../errors.ts";
import { type B, type C } from "./b.ts";
import {
  type D,
  e,
} from "./d.ts";
import "hono";
export * from "../http1/head.ts";
const late = await import("./late.ts");
const note = "import('./no.ts')"; // let any
const asset = new URL("./assets/page.css", import.meta.url);
`;

Deno.test("SourceFile reads its imports with their lines", () => {
  const { imports } = new SourceFile("src/net/x.ts", TEXT);
  assertEquals(
    imports.map(({ line, path, isTypeOnly }) => [line, path, isTypeOnly]),
    [
      [2, "src/errors.ts", true],
      [3, "src/net/b.ts", true],
      [4, "src/net/d.ts", false],
      [8, undefined, false],
      [9, "src/http1/head.ts", false],
      [10, "src/net/late.ts", false],
    ],
  );
});

Deno.test("SourceFile tells code from comments and strings", () => {
  const file = new SourceFile("src/net/x.ts", TEXT);
  assertEquals(file.findCode(/\b(?:let|no)\b/), []);
  assertEquals(file.findCode(/late =/), [{ line: 10, text: "late =" }]);
  assertEquals(file.findText(/let/).map(({ line }) => line), [11]);
  assertEquals(file.openedPaths, ["src/net/assets/page.css"]);
});

Deno.test("trackedFiles() has the project's files", async () => {
  const paths = new Set((await trackedFiles()).map(({ path }) => path));
  for (const path of ["deno.json", "main.ts", "src/errors.ts"]) {
    assertEquals(paths.has(path), true, path);
  }
});
