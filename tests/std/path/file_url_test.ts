import { assertEquals, assertThrows } from "@std/assert";
import {
  posixFileUrl,
  posixPathOf,
  windowsFileUrl,
  windowsPathOf,
} from "../../../src/std/path/file_url.ts";

Deno.test("posixPathOf() decodes the path and passes over the host", () => {
  assertEquals(posixPathOf(new URL("file://host/C:/a%20b")), "/C:/a b");
});

Deno.test("windowsPathOf() has drive letters and hosts", () => {
  const cases = {
    "file:///C:/a%20b": "C:\\a b",
    "file:///C:": "C:\\",
    "file:///C:a/b": "\\C:a\\b",
    "file:///home/a": "\\home\\a",
    "file://127.0.0.1/a": "\\\\127.0.0.1\\a",
    "file://localhost/a": "\\a",
    "file:///100%": "\\100%",
  };
  for (const [url, path] of Object.entries(cases)) {
    assertEquals(windowsPathOf(new URL(url)), path);
  }
});

Deno.test("posixFileUrl() escapes backslashes, windowsFileUrl() turns them", () => {
  assertEquals(posixFileUrl("/a\\b").href, "file:///a%5Cb");
  assertEquals(windowsFileUrl("C:\\a b\\100%").href, "file:///C:/a%20b/100%25");
});

Deno.test("windowsFileUrl() has hosts", () => {
  assertEquals(windowsFileUrl("\\\\host\\a").href, "file://host/a");
  assertEquals(windowsFileUrl("\\\\localhost\\a").href, "file:///a");
  assertEquals(windowsFileUrl("\\\\host\\\\a").hostname, "");
  assertThrows(() => windowsFileUrl("\\\\a:b\\c"), TypeError, "hostname");
});
