import { assertEquals, assertThrows } from "@std/assert";
import { listEntry } from "../../src/config/list_entry.ts";
import { OptionError } from "../../src/config/option_error.ts";

const { read } = listEntry();

Deno.test("listEntry() takes every form of an entry as it is written", () => {
  for (const text of [".ads.example", "*.exe", "10.0.0.0/8", "http://a.b/c"]) {
    assertEquals(read(text, "--block"), text);
  }
});

Deno.test("listEntry() says why a text is none", () => {
  assertThrows(() => read("*.ru", "--block"), OptionError, ".ru");
});
