import { assertEquals } from "@std/assert";
import { head } from "./requests.ts";
import { WireHead } from "./wire_head.ts";

Deno.test("WireHead has lines in order and values by name", () => {
  const answer = new WireHead(
    head("HTTP/1.1 404 Not Found", "X-A: 1", "x-a:2", "X-Ab: 3"),
  );
  assertEquals(answer.status, 404);
  assertEquals(answer.lines, ["X-A: 1", "x-a:2", "X-Ab: 3"]);
  assertEquals(answer.get("X-a"), "1, 2");
  assertEquals(answer.get("x-ab"), "3");
  assertEquals(answer.has("x"), false);
});
