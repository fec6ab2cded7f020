import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import {
  type BodyLength,
  CHUNKED,
  hasNoBody,
  requestBodyLength,
  responseBodyLength,
  UNTIL_CLOSE,
} from "../../src/http1/framing.ts";
import { fieldsOf } from "./wire_arbitraries.ts";

const LENGTH = ["Content-Length", "5"] as const;
const CODED = ["Transfer-Encoding", "chunked"] as const;

Deno.test("requestBodyLength() is 0 without framing", () => {
  assertEquals(ofRequest(), 0);
  assertEquals(ofRequest(["Host", "a.example"]), 0);
});

Deno.test("requestBodyLength() takes Content-Length or chunked", () => {
  assertEquals(ofRequest(LENGTH), 5);
  assertEquals(ofRequest(CODED), CHUNKED);
});

Deno.test("requestBodyLength() refuses Content-Length with Transfer-Encoding", () => {
  for (const pairs of [[LENGTH, CODED], [CODED, LENGTH]]) {
    const error = assertThrows(() => ofRequest(...pairs), WireError);
    assertEquals(error.status, 400);
    assertEquals(
      error.message,
      "Content-Length together with Transfer-Encoding",
    );
  }
});

Deno.test("requestBodyLength() refuses more digits than a double counts exactly", () => {
  assertEquals(ofRequest(["Content-Length", "9".repeat(15)]), 1e15 - 1);
  assertThrows(
    () => ofRequest(["Content-Length", "9".repeat(16)]),
    WireError,
    'the Content-Length "9999999999999999" is no count of bytes',
  );
});

Deno.test("requestBodyLength() says 501 for another coding, 400 for a bad one", () => {
  const statusOf = (value: string) =>
    assertThrows(() => ofRequest(["Transfer-Encoding", value]), WireError)
      .status;
  assertEquals(statusOf("gzip, chunked"), 501);
  assertEquals(statusOf("chunked, chunked"), 400);
  assertEquals(statusOf("chunked;a=b"), 400);
});

Deno.test("responseBodyLength() goes until close without framing", () => {
  assertEquals(ofResponse(200, "GET"), UNTIL_CLOSE);
  assertEquals(ofResponse(200, "GET", LENGTH), 5);
  assertEquals(ofResponse(200, "GET", CODED), CHUNKED);
});

Deno.test("responseBodyLength() is 0 where a response has no body", () => {
  for (const pairs of [[], [LENGTH], [CODED]]) {
    assertEquals(ofResponse(200, "HEAD", ...pairs), 0);
    assertEquals(ofResponse(200, "CONNECT", ...pairs), 0);
    for (const status of [100, 101, 103, 204, 304]) {
      assertEquals(ofResponse(status, "GET", ...pairs), 0);
    }
  }
});

Deno.test("responseBodyLength() names the coding in the error of an origin", () => {
  const error = assertThrows(
    () => ofResponse(200, "GET", ["Transfer-Encoding", "gzip"]),
    WireError,
  );
  assertEquals(error.originCode, "http_response_transfer_coding");
});

Deno.test("hasNoBody() obeys RFC 9112 §6.3, 1 and 2", () => {
  for (const status of [200, 206, 301, 404, 500]) {
    assertEquals(hasNoBody(status, "GET"), false);
    assertEquals(hasNoBody(status, "HEAD"), true);
    assertEquals(hasNoBody(status, "CONNECT"), status < 300);
  }
  for (const status of [100, 199, 204, 304]) {
    assertEquals(hasNoBody(status, "POST"), true);
  }
});

function ofRequest(...pairs: (readonly [string, string])[]): BodyLength {
  const fields = fieldsOf(pairs);
  return requestBodyLength({
    method: "POST",
    target: "/",
    minorVersion: 1,
    fields,
  });
}

function ofResponse(
  status: number,
  requestMethod: string,
  ...pairs: (readonly [string, string])[]
): BodyLength {
  const fields = fieldsOf(pairs);
  return responseBodyLength(
    { status, reasonPhrase: "", minorVersion: 1, fields },
    requestMethod,
  );
}
