import { assertEquals, assertThrows } from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import { readRuleQuestion } from "../../src/admin/rules_explain.ts";

Deno.test("readRuleQuestion() fills in what is not asked, and reads a field a line", () => {
  assertEquals(readRuleQuestion({ url: "http://a.test/", method: "" }), {
    url: "http://a.test/",
    method: "GET",
    client: "127.0.0.1",
    headers: [],
  });
  const headers = "Accept: text/html\r\n\r\nX-Y:  z  ";
  assertEquals(readRuleQuestion({ url: "u", headers }).headers, [
    ["Accept", "text/html"],
    ["X-Y", "z"],
  ]);
});

Deno.test("readRuleQuestion() says what no request can have", () => {
  const cases: [Record<string, string>, string][] = [
    [{}, "url"],
    [{ url: "u", method: "A B" }, "method"],
    [{ url: "u", client: "a.test" }, "client"],
    [{ url: "u", headers: "no colon" }, "headers"],
    [{ url: "u", headers: "a: b\n".repeat(51) }, "headers"],
    [{ url: "u", x: "1" }, "x"],
  ];
  for (const [parameters, where] of cases) {
    const error = assertThrows(() => readRuleQuestion(parameters), BadInput);
    assertEquals(error.where, where);
  }
});
