import { assertEquals } from "@std/assert";
import type { RuleSet } from "../../src/sandbox/load_rule_set.ts";
import {
  judgeConnect,
  judgeRequest,
  judgeResponse,
} from "../../src/proxy/judge.ts";
import { RuleBook } from "../../src/proxy/rule_book.ts";
import type { ClientConnection } from "../../src/proxy/client_connection.ts";
import type { Services } from "../../src/proxy/services.ts";
import type { Upstream } from "../../src/net/upstream.ts";
import { ruleSetOf } from "./rule_set_of.ts";
import {
  absoluteTargetOf,
  exchangeOf,
  getOf,
  responseOf,
} from "./wire_values.ts";

const NO_LOG = { said: () => {}, failed: () => {} };
// Neither is looked at where no rule matches.
const NOBODY = undefined as unknown as ClientConnection & Upstream;

function judgeAll(set: RuleSet) {
  const services = {
    rules: new RuleBook({ current: set }, NO_LOG),
  } as Services; // Of all services nothing else is asked where no rule matches.
  const request = getOf();
  const target = absoluteTargetOf(request);
  const exchange = exchangeOf(request);
  const { authority } = target;
  const judgements = [
    judgeRequest(exchange, request, target, NOBODY, services),
    judgeResponse(
      exchange,
      { request, target },
      responseOf("HTTP/1.1 200 OK"),
      NOBODY,
      services,
    ),
    judgeConnect(exchange, request.head, authority, services),
  ];
  return { exchange, judgements };
}

Deno.test("without rules nothing is waited for and nothing noted", () => {
  const { exchange, judgements } = judgeAll(ruleSetOf());
  assertEquals(judgements, [undefined, undefined, undefined]);
  assertEquals([exchange.rules, exchange.subject], [undefined, undefined]);
});

Deno.test("where no rule matches nothing is waited for, and the set is noted", () => {
  const hooks = ["connect", "request", "response"] as const;
  const elsewhere = judgeAll(ruleSetOf({ hooks, match: { host: "b.test" } }));
  assertEquals(elsewhere.judgements, [undefined, undefined, undefined]);
  assertEquals(elsewhere.exchange.subject, undefined);
  assertEquals(elsewhere.exchange.policyVersion, "0123456789ab");
  const other = judgeAll(ruleSetOf({ hooks, match: { path: "/b" } }));
  assertEquals(other.judgements, [undefined, undefined, undefined]);
  assertEquals(other.exchange.subject?.path, "/");
});
