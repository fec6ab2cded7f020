import { assertEquals } from "@std/assert";
import { ruleHref } from "../../src/admin/rules_path.ts";

Deno.test("ruleHref() names any rule", () => {
  assertEquals(ruleHref("a&b"), "/admin/rules/rule?name=a%26b");
});
