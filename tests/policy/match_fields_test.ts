import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidValue } from "../../src/policy/invalid_value.ts";
import { type FieldName, FIELDS } from "../../src/policy/match_fields.ts";
import { subjectOf, type SubjectParts } from "./subject_of.ts";

/** What a field says of a subject that fits and of one that does not. */
interface Case {
  readonly field: FieldName;
  readonly wanted: unknown;
  readonly fits: SubjectParts;
  readonly says: string;
  readonly fails: SubjectParts;
  readonly butSays: string;
}

const CASES: readonly Case[] = [
  {
    field: "method",
    wanted: ["post", "PUT"],
    fits: { method: "POST" },
    says: 'method "POST" is one of post, PUT',
    fails: { method: "GET" },
    butSays: 'method "GET" is none of post, PUT',
  },
  {
    field: "method",
    wanted: "p*",
    fits: { method: "PATCH" },
    says: 'method "PATCH" is p*',
    fails: { method: "CONNECT" },
    butSays: 'method "CONNECT" is not p*',
  },
  {
    field: "scheme",
    wanted: "https",
    fits: { scheme: "https" },
    says: "scheme https is https",
    fails: { scheme: "http" },
    butSays: "scheme http is not https",
  },
  {
    field: "port",
    wanted: [80, 8080],
    fits: { port: 8080 },
    says: "port 8080 is one of 80, 8080",
    fails: { port: 443 },
    butSays: "port 443 is none of 80, 8080",
  },
  {
    field: "host",
    wanted: ".Example.com",
    fits: { host: "example.COM" },
    says: 'host "example.com" is .example.com',
    fails: { host: "a.test" },
    butSays: 'host "a.test" is not .example.com',
  },
  {
    field: "path",
    wanted: "/A/*",
    fits: { target: "/a/B?c" },
    says: 'path "/a/B" is /A/*',
    fails: { target: "/b?x=/a/" },
    butSays: 'path "/b" is not /A/*',
  },
  {
    field: "contentType",
    wanted: "IMAGE/*",
    fits: { responseType: "image/png; q=1" },
    says: 'contentType "image/png" is IMAGE/*',
    fails: { responseType: "" },
    butSays: "contentType (none) is not IMAGE/*",
  },
  {
    field: "user",
    wanted: "Ann*",
    fits: { user: "anna" },
    says: 'user "anna" is Ann*',
    fails: {},
    butSays: "user (not signed in) is not Ann*",
  },
  {
    field: "client",
    wanted: ["10.0.0.0/8", "::1"],
    fits: { ip: "::ffff:10.1.2.3" },
    says: "client ::ffff:10.1.2.3 is one of 10.0.0.0/8, ::1",
    fails: { ip: "192.0.2.7" },
    butSays: "client 192.0.2.7 is none of 10.0.0.0/8, ::1",
  },
  {
    field: "header",
    wanted: { "User-Agent": "Curl/*" },
    fits: { headers: [["user-agent", "curl/8"]] },
    says: 'header user-agent "curl/8" is Curl/*',
    fails: {},
    butSays: "header user-agent (missing) is not Curl/*",
  },
  {
    field: "header",
    wanted: { "x-a": ["b", "c"], "x-d": "*" },
    fits: { headers: [["X-A", "a"], ["x-a", "C"], ["x-d", ""]] },
    says: 'header x-a "a", "C" is one of b, c; header x-d "" is *',
    fails: { headers: [["x-a", "b"]] },
    butSays: "header x-d (missing) is not *",
  },
  {
    field: "header",
    wanted: { "x-a": "a, b" },
    fits: { headers: [["x-a", "a"], ["x-a", "b"]] },
    says: 'header x-a "a", "b" is a, b',
    fails: { headers: [["x-a", "b"], ["x-a", "a"]] },
    butSays: 'header x-a "b", "a" is not a, b',
  },
  {
    field: "days",
    wanted: ["mon", "wed-thu"],
    fits: { now: new Date(2026, 1, 2) },
    says: "days mon is one of mon, wed-thu",
    fails: { now: new Date(2026, 1, 3) },
    butSays: "days tue is none of mon, wed-thu",
  },
  {
    field: "hours",
    wanted: "22:00-06:00",
    fits: { now: new Date(2026, 1, 2, 5, 59) },
    says: "hours 05:59 is 22:00-06:00",
    fails: { now: new Date(2026, 1, 2, 6) },
    butSays: "hours 06:00 is not 22:00-06:00",
  },
];

for (const { field, wanted, fits, says, fails, butSays } of CASES) {
  Deno.test(`FIELDS.${field} judges ${JSON.stringify(wanted)} and explains itself`, () => {
    const matcher = FIELDS[field](wanted, field);
    assert(matcher.matches(subjectOf(fits)));
    assertEquals(matcher.explain(subjectOf(fits)), says);
    assert(!matcher.matches(subjectOf(fails)));
    assertEquals(matcher.explain(subjectOf(fails)), butSays);
  });
}

Deno.test("FIELDS refuse values that nothing can fit, and say what they want", () => {
  const refused: Record<FieldName, readonly unknown[]> = {
    method: ["", "A B", 5, [], [""], undefined],
    scheme: ["ftp", "", []],
    port: [0, 65_536, 80.5, "80", [], NaN],
    host: ["", "a b", "http://a", "a:80", [], null],
    path: ["a", "/a?b", "", [], {}],
    contentType: ["text/html; charset=x", "", []],
    user: ["", [], 5],
    client: ["localhost", "10.0.0.0/40", "10.*", [], ""],
    header: [{}, { "a b": "x" }, { a: 5 }, { a: [] }, "x", [], new Headers()],
    days: ["monday", "", [], 1],
    hours: ["8-18", "", [], 8],
  };
  for (const [field, values] of Object.entries(refused)) {
    for (const value of values) {
      // Object.entries() loses the type of the keys.
      const read = () => FIELDS[field as FieldName](value, field);
      assertThrows(read, InvalidValue, field);
      assertThrows(read, InvalidValue, "wants ");
    }
  }
});

Deno.test("FIELDS.header keeps secrets to itself", () => {
  const matcher = FIELDS.header({ Cookie: "*canary*" }, "header");
  const subject = subjectOf({ headers: [["cookie", "id=5; canary=1"]] });
  assertEquals(matcher.explain(subject), "header cookie (hidden) is *canary*");
});

Deno.test("FIELDS show the start of a long list", () => {
  const ports = Array.from({ length: 20 }, (_, at) => at + 1);
  assertEquals(
    String(FIELDS.port(ports, "port")),
    "port 1, 2, 3, 4, 5, 6, 7, 8 and 12 more",
  );
});
