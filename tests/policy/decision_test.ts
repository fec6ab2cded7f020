import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  DecisionError,
  decodeDecision,
  encodeDecision,
  parseDecisions,
} from "../../src/policy/decision.ts";
import type { Decision, Phase } from "../../src/policy/rule.ts";

/** Every action with all its members, and the phase in which it makes sense. */
const WHOLE: readonly [decision: Decision, phase: Phase][] = [
  [
    { action: "allow", addresses: ["10.0.0.0/8", "::1"], reason: "r" },
    "request",
  ],
  [{ action: "allow", addresses: "192.0.2.7" }, "connect"],
  [{ action: "allow" }, "response"],
  [{
    action: "block",
    reason: "r",
    status: 451,
    body: "no",
    headers: { "x-a": ["1", "2"], "Content-Type": "text/plain" },
  }, "connect"],
  [{
    action: "respond",
    status: 200,
    headers: { "set-cookie": ["a=1", "b=2"] },
    body: new Uint8Array([0, 255]),
    reason: "r",
  }, "response"],
  [
    { action: "redirect", location: "/a?b#c", status: 308, reason: "r" },
    "request",
  ],
  [{
    action: "rewrite",
    url: "http://localhost:3000/a?b",
    method: "POST",
    setHeaders: { "X-A": "ä" },
    removeHeaders: ["Cookie"],
    body: "",
    upstream: "socks5://u:p@127.0.0.1:1080",
    reason: "r",
  }, "request"],
  [{ action: "rewrite", status: 404, body: "x" }, "response"],
  [{
    action: "cache",
    ttlSeconds: 0.5,
    staleWhileRevalidateSeconds: 1,
    staleIfErrorSeconds: 2,
    key: "k",
    ignoreQuery: ["utm_*"],
    tags: ["t"],
    bypass: false,
    reason: "r",
  }, "request"],
  [{ action: "cache", ignoreQuery: true, bypass: true }, "response"],
  [
    { action: "limit", requests: 1, perSeconds: 60, key: "k", reason: "r" },
    "request",
  ],
  [{ action: "intercept", reason: "r" }, "connect"],
  [{ action: "tunnel", upstream: "http://p:3128", reason: "r" }, "connect"],
];

Deno.test("parseDecisions() takes no opinion as no decision", () => {
  for (const nothing of [undefined, null, []]) {
    assertEquals(parseDecisions(nothing, "request"), []);
  }
});

Deno.test("parseDecisions() takes every action with every member", () => {
  for (const [decision, phase] of WHOLE) {
    assertEquals(parseDecisions(decision, phase), [decision]);
    assertEquals(parseDecisions([decision, decision], phase), [
      decision,
      decision,
    ]);
  }
});

Deno.test("parseDecisions() takes undefined for a member that is missing", () => {
  const decision = { action: "block", reason: "r", body: undefined };
  assertEquals(parseDecisions(decision, "request"), [
    { action: "block", reason: "r" },
  ]);
});

Deno.test("parseDecisions() copies: what was returned can change, the decision can't", () => {
  const values = ["1"];
  const returned = { action: "rewrite", setHeaders: { "x-a": values } };
  const [decision] = parseDecisions(returned, "request");
  values.push("2\r\nx-evil: 1");
  returned.setHeaders = { "x-a": [] };
  assertEquals(decision, { action: "rewrite", setHeaders: { "x-a": ["1"] } });
});

Deno.test("parseDecisions() names the place, what is there and what is wanted", () => {
  const cases: [value: unknown, phase: Phase, message: string][] = [
    [false, "request", "the decision: got false, wants an object such as"],
    ["block", "request", 'the decision: got "block", wants'],
    [{}, "request", "the decision: got an object without action"],
    [new Response(), "request", "the decision: got an object without action"],
    [
      Promise.resolve(),
      "request",
      "the decision: got an object without action",
    ],
    [[[]], "request", "[0] the decision: got a list of 0"],
    [[null], "request", "[0] the decision: got null"],
    [
      { action: "blok" },
      "request",
      'action: got "blok", wants one of allow, block',
    ],
    [{ action: ["allow"] }, "request", "action: got a list of 1"],
    [{ action: "toString" }, "request", 'action: got "toString"'],
    [
      { action: "block" },
      "request",
      "block.reason: got undefined, wants a reason",
    ],
    [{ action: "block", reason: "" }, "request", 'block.reason: got ""'],
    [
      { action: "allow", status: 5 },
      "request",
      "allow.status: no such key, wants one of action, addresses, reason",
    ],
    [
      { action: "block", reason: "r", status: 99 },
      "request",
      "block.status: got 99, wants a whole number from 200 to 599",
    ],
    [{ action: "respond" }, "request", "respond.status: got undefined"],
    [
      { action: "respond", status: "200" },
      "request",
      'respond.status: got "200"',
    ],
    [
      { action: "respond", status: 200, body: {} },
      "request",
      "respond.body: got an object, wants a string or a Uint8Array",
    ],
    [
      { action: "respond", status: 204, body: "x" },
      "request",
      "respond.body: the status 204 has no body",
    ],
    [
      { action: "redirect", location: "/", status: 304 },
      "request",
      "redirect.status: got 304, wants 301, 302",
    ],
    [{ action: "redirect" }, "request", "redirect.location: got undefined"],
    [
      { action: "rewrite", method: "A B" },
      "request",
      'rewrite.method: got "A B"',
    ],
    [
      { action: "rewrite", method: "CONNECT" },
      "request",
      "rewrite.method: a request can't become a CONNECT",
    ],
    [
      { action: "rewrite", status: 200 },
      "request",
      "rewrite.status: not possible in the request phase, wants the response phase",
    ],
    [
      { action: "rewrite", url: "http://a/" },
      "response",
      "rewrite.url: not possible in the response phase, wants the connect or request phase",
    ],
    [
      { action: "intercept" },
      "request",
      "intercept: not possible in the request phase, wants the connect phase",
    ],
    [
      { action: "tunnel" },
      "response",
      "tunnel: not possible in the response phase",
    ],
    [
      { action: "cache", ttlSeconds: -1 },
      "request",
      "cache.ttlSeconds: got -1, wants seconds from 0",
    ],
    [
      { action: "cache", ttlSeconds: NaN },
      "request",
      "cache.ttlSeconds: got NaN",
    ],
    [
      { action: "cache", ignoreQuery: "a" },
      "request",
      'cache.ignoreQuery: got "a", wants true or a list',
    ],
    [
      { action: "cache", ignoreQuery: false },
      "request",
      "cache.ignoreQuery: got false",
    ],
    [
      { action: "cache", tags: [1] },
      "request",
      "cache.tags[0]: got 1, wants a tag",
    ],
    [{ action: "cache", key: "a\n" }, "request", "cache.key: got "],
    [
      { action: "limit", requests: 0, perSeconds: 1 },
      "request",
      "limit.requests: got 0",
    ],
    [
      { action: "limit", requests: 1 },
      "request",
      "limit.perSeconds: got undefined",
    ],
    [
      { action: "limit", requests: 1, perSeconds: 0 },
      "request",
      "limit.perSeconds: got 0",
    ],
    [
      { action: "allow", addresses: ["::1", "10.0.0.0/40"] },
      "connect",
      'allow.addresses[1]: got "10.0.0.0/40", wants 0 to 32 bits behind the slash',
    ],
    [
      { action: "allow", addresses: "::1" },
      "response",
      "allow.addresses: not possible in the response phase, wants the connect or request phase",
    ],
    [
      [{ action: "allow" }, {
        action: "rewrite",
        setHeaders: { "x-a": "\r\n" },
      }],
      "request",
      '[1] rewrite.setHeaders["x-a"]: got "\\r\\n", wants a header value',
    ],
    [
      Array(101).fill({ action: "allow" }),
      "request",
      "the list: got a list of 101",
    ],
  ];
  for (const [value, phase, message] of cases) {
    assertThrows(() => parseDecisions(value, phase), DecisionError, message);
  }
});

Deno.test("parseDecisions() lets what a getter throws pass", () => {
  const decision = {
    action: "allow",
    get reason() {
      throw new RangeError("mine");
    },
  };
  assertThrows(() => parseDecisions(decision, "request"), RangeError, "mine");
});

Deno.test("parseDecisions() takes or throws a DecisionError, whatever it gets", () => {
  const member = fc.constantFrom(
    ..."addresses reason status body headers location url method setHeaders upstream"
      .split(" "),
    ..."ttlSeconds key tags requests perSeconds removeHeaders __proto__"
      .split(" "),
  );
  const anyDecision = fc.tuple(
    fc.constantFrom(...WHOLE.map(([{ action }]) => action), "x"),
    fc.dictionary(member, fc.anything({ maxDepth: 2 })),
  ).map(([action, members]) => ({ ...members, action }));
  const anyPhase = fc.constantFrom<Phase>("connect", "request", "response");
  const anyValue = fc.oneof(fc.anything(), anyDecision);
  fc.assert(fc.property(anyValue, anyPhase, (value, phase) => {
    try {
      parseDecisions(value, phase);
    } catch (error) {
      if (!(error instanceof DecisionError)) throw error;
    }
  }));
});

Deno.test("decodeDecision() reads back what encodeDecision() made, as JSON", () => {
  for (const [decision, phase] of WHOLE) {
    const json = JSON.stringify(encodeDecision(decision));
    assertEquals(decodeDecision(JSON.parse(json), phase), decision);
  }
});

Deno.test("decodeDecision() checks like parseDecisions()", () => {
  const forged: unknown[] = [
    undefined,
    null,
    [],
    { action: "block" },
    { action: "respond", status: 200, body: { base64: "*" } },
    { action: "respond", status: 200, body: { base64: 5 } },
    { action: "rewrite", setHeaders: { host: "a" } },
    JSON.parse('{"action":"allow","__proto__":{}}'),
  ];
  for (const value of forged) {
    assertThrows(() => decodeDecision(value, "request"), DecisionError);
  }
});

Deno.test("parseDecisions() refuses lists that are too long, before it reads them", () => {
  const names = Array.from({ length: 1_001 }, (_, at) => `x-${at}`);
  const headers = Object.fromEntries(names.map((name) => [name, "1"]));
  for (
    const [decision, message] of [
      [
        { action: "rewrite", removeHeaders: names },
        "rewrite.removeHeaders: got a list of 1001, wants at most 1000",
      ],
      [
        { action: "rewrite", setHeaders: headers },
        "rewrite.setHeaders: got 1001 fields, wants at most 100",
      ],
      [
        { action: "rewrite", setHeaders: { a: names } },
        "rewrite.setHeaders.a: got 1001 fields, wants at most 100",
      ],
      [
        { action: "cache", tags: names.slice(0, 101) },
        "cache.tags: got a list of 101, wants at most 100",
      ],
      [
        { action: "cache", ignoreQuery: names },
        "cache.ignoreQuery: got a list of 1001, wants at most 1000",
      ],
    ] as const
  ) {
    assertThrows(
      () => parseDecisions(decision, "request"),
      DecisionError,
      message,
    );
  }
});
