import { assertEquals } from "@std/assert";
import { maxBodyBytes } from "../../src/proxy/judged_message.ts";
import { ruleSetOf } from "./rule_set_of.ts";

Deno.test("maxBodyBytes() is the rule's own, or 1 MiB", () => {
  const { rules } = ruleSetOf({}, { needs: { maxBytes: 7 } });
  const caps = rules.map(({ description }) => maxBodyBytes(description));
  assertEquals(caps, [1024 * 1024, 7]);
});
