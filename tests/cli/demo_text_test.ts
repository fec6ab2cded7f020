import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DemoAnswer } from "../../src/cli/demo_client.ts";
import type { DemoResult, DemoStep } from "../../src/cli/demo_steps.ts";
import {
  closingText,
  isUsual,
  openingText,
  resultJson,
  resultText,
} from "../../src/cli/demo_text.ts";
import { Fields } from "../../src/http1/fields.ts";

const PROXY = new URL("http://ann:hidden@127.0.0.1:8080");

const STEP: DemoStep = {
  name: "sample",
  request: () => ({ method: "GET", target: "http://example.test/" }),
  isUsual: ({ status }) => status === 200,
  shows: "It shows something, in a sentence that is long enough to be wrapped.",
};

function answer(
  status: number,
  fields: readonly (readonly [string, string])[] = [],
  more: Partial<DemoAnswer> = {},
): DemoAnswer {
  const held = new Fields();
  for (const [name, value] of fields) held.append(name, value);
  return {
    status,
    reasonPhrase: status === 200 ? "OK" : "Other",
    fields: held,
    body: "",
    firstByteMs: 1,
    totalMs: 2.04,
    ...more,
  };
}

function result(
  answers: readonly DemoAnswer[],
  more: Partial<DemoResult> = {},
): DemoResult {
  const request = { method: "GET", target: "http://example.test/" };
  return { step: STEP, request, answers, originRequests: 1, ...more };
}

Deno.test("resultText() says what was asked, what came, and what it shows", () => {
  const fields = [["Cache-Status", "sluice; hit; ttl=9"], ["Server", "x"]] as [
    string,
    string,
  ][];
  const request = {
    method: "GET",
    target: "http://example.test/",
    fields: [["Range", "bytes=0-1"]] as const,
  };
  assertEquals(
    resultText(3, result([answer(200, fields)], { request })),
    ` 3  GET http://example.test/
      Range: bytes=0-1
    200 OK in 2.0 ms; the origin was asked once.
      Cache-Status: sluice; hit; ttl=9
    It shows something, in a sentence that is long enough to be wrapped.`,
  );
});

Deno.test("resultText() counts what several clients got", () => {
  const one = answer(200, [["Age", "1"]]);
  const other = answer(200, [["Age", "2"]], { totalMs: 30 });
  const text = resultText(1, result([one, one, other], { originRequests: 2 }));
  for (
    const part of [
      "(3 at once)",
      "200 OK in 2.0 to 30 ms; the origin was asked 2 times.",
      "Age: 1 (2 of 3)",
      "Age: 2 (1 of 3)",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("resultText() shows what came within a tunnel", () => {
  const request = {
    method: "CONNECT",
    target: "example.test:80",
    within: { method: "GET", target: "http://example.test/page" },
  };
  const open = answer(200, [], { within: answer(204) });
  assertStringIncludes(
    resultText(1, result([open], { request })),
    "within: GET /page: 204 Other",
  );
  assertStringIncludes(
    resultText(1, result([answer(403)], { request })),
    "within: GET /page: not asked for",
  );
});

Deno.test("resultText() stays within 80 columns and has nothing that a terminal obeys", () => {
  const fields = [["Proxy-Status", `a\x1b[31m ${"word ".repeat(40)}`]] as [
    string,
    string,
  ][];
  const text = resultText(1, result([answer(502, fields)]));
  for (const line of text.split("\n")) assert(line.length <= 80, line);
  assertEquals(text.includes("\x1b"), false);
  assertStringIncludes(text.replace(/\s+/g, " "), "Not the usual answer:");
});

Deno.test("resultJson() is one line with the same", () => {
  const open = answer(200, [["Age", "1"]], { within: answer(204) });
  const text = resultJson(2, result([open]));
  assertEquals(text.includes("\n"), false);
  assertEquals(JSON.parse(text), {
    step: 2,
    name: "sample",
    request: { method: "GET", target: "http://example.test/" },
    originRequests: 1,
    answers: [{
      status: 200,
      fields: { age: "1" },
      ms: { firstByte: 1, total: 2.04 },
      within: { status: 204, fields: {}, ms: { firstByte: 1, total: 2.04 } },
    }],
    isUsual: true,
    says: STEP.shows,
  });
});

Deno.test("isUsual() wants it of every answer", () => {
  assertEquals(isUsual(result([answer(200), answer(200)])), true);
  assertEquals(isUsual(result([answer(200), answer(403)])), false);
});

Deno.test("openingText() and closingText() name the proxy without its password", () => {
  const origin = {
    host: "127.0.0.1:1",
    base: "",
    requests: () => 0,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const opening = openingText(PROXY, "0.1.0", origin);
  assertStringIncludes(opening, "Sluice 0.1.0 at http://127.0.0.1:8080,");
  const closing = closingText(PROXY, [
    result([answer(200)]),
    result([answer(403)]),
  ]);
  assertStringIncludes(closing, "1 of 2 steps went as they usually do.");
  assertStringIncludes(closing, "http://127.0.0.1:8080/proxy-stats");
  assertEquals((opening + closing).includes("hidden"), false);
  assertStringIncludes(
    closingText(PROXY, [result([answer(200)])]),
    "All 1 steps",
  );
});
