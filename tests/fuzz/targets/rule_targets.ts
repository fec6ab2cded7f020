/**
 * What comes from a rule: lines of its host, decisions, descriptions. Whatever it is, it is
 * read or refused by the error that its reader promises, and cut anywhere it reads the same.
 */

import { assertEquals } from "@std/assert";
import { DecisionError, parseDecisions } from "../../../src/policy/decision.ts";
import type { Phase } from "../../../src/policy/rule.ts";
import {
  readDescription,
  RuleError,
} from "../../../src/policy/rule_description.ts";
import { compileMatch } from "../../../src/policy/matcher.ts";
import { InvalidValue } from "../../../src/policy/invalid_value.ts";
import {
  encodeReply,
  readHostMessage,
} from "../../../src/sandbox/host_message.ts";
import { ProtocolError } from "../../../src/sandbox/json_shape.ts";
import { LineReader } from "../../../src/sandbox/line_reader.ts";
import { readProxyMessage } from "../../../src/sandbox/proxy_message.ts";
import { subjectOf } from "../../policy/subject_of.ts";
import { Random } from "../random.ts";
import { type Target, textTarget } from "../target.ts";

const DECISIONS = [
  '{"action":"allow","addresses":["10.0.0.0/8","::1"]}',
  '{"action":"block","status":403,"reason":"no","body":"x","headers":{"a":"b"}}',
  '{"action":"respond","status":200,"headers":{"a":["b","c"]},"body":"x"}',
  '{"action":"redirect","location":"http://a/","status":302}',
  '{"action":"rewrite","url":"http://a/","method":"GET","setHeaders":{"a":"b"},"removeHeaders":["c"],"body":"x","upstream":"http://p:1"}',
  '{"action":"cache","ttlSeconds":1,"key":"k","ignoreQuery":["utm_*"],"tags":["t"]}',
  '{"action":"limit","requests":1,"perSeconds":2}',
  '[{"action":"intercept"},{"action":"tunnel"}]',
];

const MATCHES = [
  '{"host":["*.example.com","a"],"path":"/x*","method":"GET","port":80}',
  '{"any":[{"not":{"host":"a"}},{"client":"10.0.0.0/8"}]}',
  '{"header":{"User-Agent":"*curl*"},"hours":"08:00-18:00","days":"mon-fri"}',
  '{"contentType":"text/*","user":["ann"],"scheme":"https"}',
];

const REPLIES = [
  '["done",[1,0,500,0],[5,0,0,1],[2,1,0,[{"action":"allow"}],["no",["at a"]],[["m",0],["n",{"a":1}]]]]',
  '["state",[1,2,3,"increment","k",1,5],[1,2,3,"get","k",null,0]]',
  '["log",[0,"m",{"a":1}],[-1,"n",0]]',
  '["pong",7]',
  `["done",[1,0,0,${"[".repeat(3000)}${"]".repeat(3000)}]]`,
  '["loaded",{"rules":[null,{"request":{"$":"function","text":"f"}}],"problems":[{"file":"a.ts","line":1,"message":"m"}],"modules":[{"url":"file:///a","text":"t"}]}]',
];

const CALLS = [
  '["ask",[1,0,1,"i","GET","http://a/","http","a",80,"/","",["a","b"],"127.0.0.1",1,null,0,null]]',
  '["ask",[1,0,2,"i","GET","http://a/","http","a",80,"/","",[],"::1",1,"u",0,{"base64":"YQ=="},200,[],"x"]]',
  '["state",[1,0,"YQ=="],[2,"no",null]]',
  '["ping",1]',
];

const TOKENS = [
  ...'[ ] { } , : " \\ null true false -1 1e999 0 1.5 "" [] {} "a" \\u0000 \\ud800 "__proto__": "constructor": "$": "action":'
    .split(" "),
  '{"$":"bytes","text":"!"}',
  '{"$":"regexp","text":"("}',
  '{"$":"number","text":"NaN"}',
  '{"$":"other","text":"x"}',
  '{"base64":"!"}',
  '"\\r\\n"',
  "\n",
  '"host":"*"',
  '"not":{',
  '{"any":[',
];

/** The targets. */
export function ruleTargets(): Target[] {
  const tokens = TOKENS;
  return [
    textTarget({
      name: "rule host's lines",
      seeds: REPLIES,
      tokens,
      check: checkHostLine,
    }),
    textTarget({
      name: "lines to a rule host",
      seeds: CALLS,
      tokens,
      check: checkProxyLine,
    }),
    textTarget({
      name: "lines in pieces",
      seeds: [...REPLIES, REPLIES.join("\n") + "\n"],
      tokens: [...tokens, "\n\n", "\u00fc"],
      check: checkPieces,
    }),
    textTarget({
      name: "decisions",
      seeds: DECISIONS,
      tokens,
      check: checkDecisions,
    }),
    textTarget({
      name: "matches",
      seeds: MATCHES,
      tokens,
      check: checkMatch,
    }),
    textTarget({
      name: "rule descriptions",
      seeds: [
        ...MATCHES.map((match) => `{"match":${match},"request":null}`),
        '{"name":"x","mode":"report","onError":"skip","timeoutMs":5,"needs":{"requestBody":"text"},"hooks":["request"]}',
      ],
      tokens,
      check: (input) => {
        const value = jsonOf(input);
        attempt(() => readDescription(value, "1_a.ts"), RuleError);
      },
    }),
  ];
}

function attempt<T>(
  make: () => T,
  expected: new (...args: never[]) => Error,
): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}

function jsonOf(input: string): unknown {
  return attempt(() => JSON.parse(input), SyntaxError);
}

function checkHostLine(input: string): void {
  const message = attempt(() => readHostMessage(input), ProtocolError);
  if (message?.kind !== "done") return;
  const written = JSON.stringify(["done", ...message.replies.map(encodeReply)]);
  // As deep as JSON goes, which imageOf() does not; and what a double can't hold is written as null.
  if (/\[{64}|\de\d{3}/i.test(input)) return;
  const again = readHostMessage(written);
  const rounded = message.replies.map((reply) => ({
    ...reply,
    ms: Math.round(reply.ms * 1000) / 1000,
  }));
  assertEquals(again, { kind: "done", replies: rounded });
}

function checkProxyLine(input: string): void {
  attempt(() => readProxyMessage(input), ProtocolError);
}

function checkPieces(input: string): void {
  const bytes = new TextEncoder().encode(input);
  const whole = new LineReader().push(bytes);
  const reader = new LineReader();
  const random = new Random(input.length);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(40);
    lines.push(...reader.push(bytes.subarray(at, end)));
    at = end;
  }
  assertEquals(lines, whole);
}

function checkDecisions(input: string): void {
  const value = jsonOf(input);
  for (const phase of ["connect", "request", "response"] satisfies Phase[]) {
    const decisions = attempt(
      () => parseDecisions(value, phase),
      DecisionError,
    );
    if (decisions === undefined) continue;
    assertEquals(parseDecisions(decisions, phase), decisions, "read again");
  }
}

function checkMatch(input: string): void {
  const value = jsonOf(input);
  if (value === undefined) return;
  const subject = subjectOf({ responseType: "text/html", user: "ann" });
  attempt(() => {
    // Whatever an author wrote: it is judged, not typed.
    const matcher = compileMatch(value as never);
    matcher.matches(subject);
    matcher.explain(subject);
    String(matcher);
  }, InvalidValue);
}
