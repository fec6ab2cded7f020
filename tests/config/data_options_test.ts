import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DATA_OPTIONS } from "../../src/config/data_options.ts";
import { DEFAULT_CONTEXT } from "./option_bounds.ts";

Deno.test("DATA_OPTIONS have the store in the data folder", () => {
  const path = DATA_OPTIONS.kvPath.default({
    ...DEFAULT_CONTEXT,
    dataDir: "elsewhere",
  });
  assertEquals(path, join("elsewhere", "kv.sqlite3"));
});
