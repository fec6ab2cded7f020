import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  firstMatch,
  PhaseRules,
  RuleBook,
  withModes,
} from "../../src/proxy/rule_book.ts";
import { requestSubject } from "../../src/proxy/request_view.ts";
import { ruleSetOf } from "./rule_set_of.ts";
import { absoluteTargetOf, exchangeOf, requestOf } from "./wire_values.ts";

function asked(url: string) {
  const request = requestOf(`GET ${url} HTTP/1.1`, "Host: a.test");
  const target = absoluteTargetOf(request);
  const subject = requestSubject(exchangeOf(request), request.head, target);
  return { target, subject };
}

const NO_LOG = { said: () => {}, failed: () => {} };

Deno.test("PhaseRules has each rule where its hooks are asked, unless it is off", () => {
  const rules = new PhaseRules(ruleSetOf(
    { hooks: ["request"] },
    { hooks: ["connect", "response"] },
    { hooks: ["response"] },
    { hooks: ["request"], mode: "off" },
  ));
  const places = (list: PhaseRules["request"]) =>
    list.map(({ index }) => index);
  assertEquals(places(rules.connect), [0, 1]);
  assertEquals(places(rules.request), [0]);
  assertEquals(places(rules.response), [1, 2]);
});

Deno.test("PhaseRules.version tells rules in other modes apart", () => {
  const set = ruleSetOf({}, {});
  const [a, b] = [
    new Map([["0", "off"]] as const),
    new Map([["1", "off"]] as const),
  ];
  const versions = [undefined, a, b].map((modes) =>
    new PhaseRules(set, modes).version
  );
  assertEquals(new Set(versions).size, 3);
  const changed = { ...set, version: "other" };
  assertEquals(new PhaseRules(changed).version === versions[0], false);
  assertEquals(new PhaseRules(set, new Map()).version, versions[0]);
});

Deno.test("PhaseRules.forOrigin() leaves out what is about other origins", () => {
  const rules = new PhaseRules(ruleSetOf(
    { match: { host: ".a.test" } },
    { match: { host: "b.test" } },
    { match: { port: 81, path: "/x" } },
    { match: { scheme: "https" } },
    { match: { any: [{ host: "b.test" }, { path: "/x" }] } },
    { match: { path: "/nowhere" } },
  ));
  const { target, subject } = asked("http://A.test./x");
  const { request } = rules.forOrigin(target.authority, () => subject);
  assertEquals(request.map(({ index }) => index), [0, 4, 5]);
  const again = rules.forOrigin(target.authority, () => {
    throw new Error("Cannot be asked: the origin is known");
  });
  assertStrictEquals(again.request, request);
});

Deno.test("firstMatch() finds the first from a place on", () => {
  const { request } = new PhaseRules(ruleSetOf(
    { match: { path: "/no" } },
    { match: { path: "/x" } },
    {},
  ));
  const { subject } = asked("http://a.test/x");
  assertEquals(firstMatch(request, subject), 1);
  assertEquals(firstMatch(request, subject, 2), 2);
  assertEquals(firstMatch(request, subject, 3), -1);
});

Deno.test("RuleBook.current follows its source, and is nothing without rules", () => {
  assertEquals(new RuleBook(undefined, NO_LOG).current, undefined);
  const source = { current: ruleSetOf() };
  const book = new RuleBook(source, NO_LOG);
  assertEquals(book.current, undefined);
  source.current = ruleSetOf({});
  const first = book.current;
  assertStrictEquals(book.current, first);
  source.current = ruleSetOf({});
  assertEquals(book.current === first, false);
});

Deno.test("RuleBook.modes switch rules for who asks from then on, and cost nothing when none is", () => {
  const source = { current: ruleSetOf({ name: "ads" }, { name: "tag" }) };
  const book = new RuleBook(source, NO_LOG);
  const before = book.current!;
  assertStrictEquals(before.request[0], source.current.rules[0]);
  book.modes = new Map([["ads", "off"], ["tag", "report"], ["none", "off"]]);
  const { request } = book.current!;
  assertEquals(request.map(({ description }) => description.name), ["tag"]);
  assertEquals(request[0]?.description.mode, "report");
  assertEquals([request[0]?.index, request[0]?.isSetAside], [1, false]);
  // Whoever began before goes on with what was in force then.
  assertEquals(before.request.length, 2);
  book.modes = new Map();
  assertStrictEquals(book.current?.request[0], source.current.rules[0]);
});

Deno.test("withModes() gives back the very rules where no mode is set", () => {
  const { rules } = ruleSetOf({});
  assertStrictEquals(withModes(rules, new Map()), rules);
});
