import { assert, assertEquals, assertMatch } from "@std/assert";
import type { DemoAnswer } from "../../src/cli/demo_client.ts";
import { DEMO_STEPS, OTHERWISE } from "../../src/cli/demo_steps.ts";
import { Fields } from "../../src/http1/fields.ts";

const ORIGIN = {
  host: "127.0.0.1:1",
  base: "http://127.0.0.1:1/x/",
  requests: () => 0,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

const REFUSED: DemoAnswer = {
  status: 403,
  reasonPhrase: "Forbidden",
  fields: new Fields(),
  body: "",
  firstByteMs: 1,
  totalMs: 1,
};

Deno.test("DEMO_STEPS are a dozen, each with a name and sentences of its own", () => {
  assert(DEMO_STEPS.length >= 12);
  const names = new Set(DEMO_STEPS.map(({ name }) => name));
  assertEquals(names.size, DEMO_STEPS.length);
  for (const { shows, otherwise = OTHERWISE } of DEMO_STEPS) {
    for (const text of [shows, otherwise]) assertMatch(text, /^[A-Z].*\.$/);
  }
});

Deno.test("DEMO_STEPS ask the origin, or for names that cannot be there", () => {
  for (const step of DEMO_STEPS) {
    const { target } = step.request(ORIGIN);
    assert(
      target === ORIGIN.host || target.startsWith(ORIGIN.base) ||
        /^http:\/\/[\w.-]+\.(?:test|invalid)\/$/.test(target),
      target,
    );
  }
});

Deno.test("DEMO_STEPS take a refusal for none of what they show", () => {
  for (const step of DEMO_STEPS) {
    const request = step.request(ORIGIN);
    const result = { step, request, answers: [REFUSED], originRequests: 0 };
    assertEquals(step.isUsual(REFUSED, result), false, step.name);
  }
});
