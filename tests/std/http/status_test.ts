import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  isClientErrorStatus,
  isErrorStatus,
  isInformationalStatus,
  isRedirectStatus,
  isServerErrorStatus,
  isStatus,
  isSuccessfulStatus,
  STATUS_CODE,
  STATUS_TEXT,
  type StatusCode,
  type StatusText,
} from "@std/http/status";
import { STATUS_CODES } from "node:http";

Deno.test("STATUS_TEXT has a text for each code and for no other", () => {
  assertEquals(
    Object.keys(STATUS_TEXT).map(Number).toSorted(),
    Object.values(STATUS_CODE).toSorted(),
  );
});

Deno.test("STATUS_CODE names the codes that node:http knows", () => {
  const known = Object.keys(STATUS_CODES).map(Number);
  assertEquals(known.filter((code) => !isStatus(code)), [509]);
});

Deno.test("STATUS_TEXT keeps to the published texts, not to node:http's", () => {
  const status: StatusCode = STATUS_CODE.ProxyAuthRequired;
  const text: StatusText = STATUS_TEXT[status];
  assertEquals(text, "Proxy Auth Required");
  assertEquals(STATUS_TEXT[203], "Non Authoritative Info");
  assertEquals(STATUS_TEXT[STATUS_CODE.ContentTooLarge], "Content Too Large");
  assertEquals(STATUS_TEXT[STATUS_CODE.Teapot], "I'm a teapot");
});

Deno.test("isStatus() knows named codes alone", () => {
  for (const code of [100, 226, 304, 425, 511]) assert(isStatus(code));
  for (const code of [0, 99, 299, 306, 499, 509, 200.5, NaN]) {
    assertFalse(isStatus(code));
  }
});

Deno.test("the guards of the classes know named codes of their class", () => {
  const guards = {
    1: isInformationalStatus,
    2: isSuccessfulStatus,
    3: isRedirectStatus,
    4: isClientErrorStatus,
    5: isServerErrorStatus,
  };
  for (const [digit, guard] of Object.entries(guards)) {
    for (const code of Object.values(STATUS_CODE)) {
      assertEquals(guard(code), String(code).startsWith(digit), `${code}`);
    }
    assertFalse(guard(Number(digit) * 100 + 99));
  }
});

Deno.test("isErrorStatus() knows 4xx and 5xx", () => {
  for (const code of [400, 425, 451, 500, 511]) assert(isErrorStatus(code));
  for (const code of [399, 304, 499, 599]) assertFalse(isErrorStatus(code));
});
