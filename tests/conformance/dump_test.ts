import { assertEquals } from "@std/assert";
import { messageLines } from "./dump.ts";

Deno.test("messageLines() gives the fields in turn, and a body behind an empty line", () => {
  assertEquals(messageLines("GET / HTTP/1.1", ["A", "1", "A", ""]), [
    "GET / HTTP/1.1",
    "A: 1",
    "A: ",
  ]);
  assertEquals(messageLines("HTTP/1.1 200 OK", [], "body"), [
    "HTTP/1.1 200 OK",
    "",
    "body",
  ]);
});
