import { assertEquals } from "@std/assert";
import { Trouble } from "../../src/cache/trouble.ts";

Deno.test("Trouble is told once until it is over", () => {
  const told: string[] = [];
  const trouble = new Trouble(
    (message) => told.push(message),
    (why) => `! ${why}`,
  );
  trouble.failed(new Error("a"));
  trouble.failed(new Error("b"));
  trouble.succeeded();
  trouble.failed("c");
  assertEquals(told, ["! a", "! c"]);
});

Deno.test("Trouble is none when the store was closed", () => {
  const told: string[] = [];
  const trouble = new Trouble((message) => told.push(message), (why) => why);
  trouble.failed(new Deno.errors.BadResource("closed"));
  assertEquals(told, []);
});
