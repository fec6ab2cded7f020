import { assertEquals } from "@std/assert";
import { storedFields } from "../../src/cache/stored_fields.ts";
import {
  fieldsOf,
  linesOf,
  RECEIVED_DATE,
  RECEIVED_MS,
} from "./stored_responses.ts";

const DATE = `Date: ${RECEIVED_DATE}`;
const VIA = "1.1 sluice-test";

/** What is stored of a response, without Date and Via at the end. */
function kept(lines: readonly string[], overrides = {}): string[] {
  const fields = storedFields({
    status: 200,
    fields: fieldsOf(DATE, ...lines),
    responseTimeMs: RECEIVED_MS,
    grant: {},
    ...overrides,
  }, VIA);
  const stored = linesOf(fields);
  assertEquals([stored.shift(), stored.pop()], [DATE, `Via: ${VIA}`]);
  return stored;
}

Deno.test("storedFields() keeps what is end to end, as it came (RFC 9111 §3.1)", () => {
  const lines = [
    "Content-TYPE: text/plain",
    "Set-Cookie: a=b",
    "Set-Cookie: c=d",
    "Cache-Control: max-age=60",
    "Content-Range: nonsense on a 200",
    "Clear-Site-Data: cookies",
    "Via: 1.0 before",
    "X-Foo: 1",
  ];
  assertEquals(kept(lines), lines);
});

Deno.test("storedFields() leaves out what is for one hop or made anew", () => {
  assertEquals(
    kept([
      "Connection: a, Keep-Alive, B",
      "Keep-Alive: timeout=5",
      "a: 1",
      "b: 2",
      "c: 3",
      "Proxy-Authenticate: x",
      "Proxy-Authentication-Info: x",
      "Proxy-Authorization: x",
      "Proxy-Connection: x",
      "TE: x",
      "Upgrade: x",
      "Transfer-Encoding: chunked",
      "Content-Length: 10",
      "Trailer: x",
      "Age: 5",
    ]),
    ["c: 3"],
  );
});

Deno.test("storedFields() leaves out the fields that no-cache and private name (RFC 9111 §3.1)", () => {
  const control = 'Cache-Control: no-cache="a, b", private=C';
  assertEquals(kept([control, "A: 1", "b: 2", "c: 3", "d: 4"]), [
    control,
    "d: 4",
  ]);
});

Deno.test("storedFields() leaves Content-Range of a 206 to the stored range", () => {
  assertEquals(kept(["Content-Range: bytes 0-1/2"], { status: 206 }), []);
});

Deno.test("storedFields() drops cookies of what a rule makes storable", () => {
  const lines = ["Set-Cookie: a=b", "X: y"];
  assertEquals(kept(lines, { grant: { ttlSeconds: 60 } }), ["X: y"]);
  assertEquals(kept(lines, { grant: { defaultTtlSeconds: 60 } }), lines);
});

Deno.test("storedFields() gives a response without a valid Date the time when it came (RFC 9110 §6.6.1)", () => {
  for (const lines of [[], ["Date: foo"]]) {
    const fields = storedFields({
      status: 200,
      fields: fieldsOf(...lines),
      responseTimeMs: RECEIVED_MS,
      grant: {},
    }, VIA);
    assertEquals(linesOf(fields), [DATE, `Via: ${VIA}`]);
  }
});
