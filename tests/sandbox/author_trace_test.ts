import { assertEquals } from "@std/assert";
import { authorPlace, failureOf } from "../../src/sandbox/author_trace.ts";

const FOLDER = "file:///home/me/rules/";

function thrown(stack: string): Error {
  const error = new TypeError("no");
  error.stack = stack;
  return error;
}

Deno.test("failureOf() keeps the lines of the author's files", () => {
  const stack = `TypeError: no
    at check (file:///home/me/rules/lib/a%20b.ts:3:9)
    at Object.request (file:///home/me/rules/10_ads.ts:12:3)
    at Evaluator.ask (file:///opt/sluice/src/sandbox/evaluator.ts:1:1)`;
  assertEquals(failureOf(thrown(stack), FOLDER), {
    message: "TypeError: no",
    trace: [
      "at check (lib/a b.ts:3:9)",
      "at Object.request (10_ads.ts:12:3)",
    ],
  });
});

Deno.test("failureOf() shows what is no error", () => {
  assertEquals(failureOf("text", FOLDER).message, "text");
  assertEquals(failureOf({ a: 1 }, FOLDER).message, "threw { a: 1 }");
  assertEquals(failureOf(undefined, FOLDER).message, "threw undefined");
});

Deno.test("failureOf() survives what throws when it is read", () => {
  const trap = new Proxy(new Error(), {
    get() {
      throw new Error("trap");
    },
  });
  assertEquals(failureOf(trap, FOLDER), {
    message: "an error that can't be shown",
    trace: [],
  });
});

Deno.test("authorPlace() finds the first place in the folder", () => {
  const text = `SyntaxError: Expression expected
  |
3 | export default { a: ;
    at file:///home/me/rules/1_bad.ts:3:21`;
  assertEquals(authorPlace(text, FOLDER), {
    file: "1_bad.ts",
    line: 3,
    column: 21,
  });
  assertEquals(authorPlace("at file:///x/1.ts:3:21", FOLDER), undefined);
});

Deno.test("failureOf() cuts lines that are too long", () => {
  const error = new Error("x");
  error.stack = `at x (${FOLDER}a.ts:1:1)${"y".repeat(10_000)}`;
  assertEquals(failureOf(error, FOLDER).trace[0]?.length, 500);
});
