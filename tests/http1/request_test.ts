import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import { CHUNKED } from "../../src/http1/framing.ts";
import { parseRequestHead } from "../../src/http1/head.ts";
import { type Request, understandRequest } from "../../src/http1/request.ts";

Deno.test("understandRequest() gives target, body and expectation with the head", () => {
  const request = understood(
    "POST http://a.example/ HTTP/1.1",
    "Host: b.example",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
  );
  assertEquals(request.head.method, "POST");
  assertEquals(request.target.form, "absolute");
  assertEquals(request.bodyLength, CHUNKED);
  assertEquals(request.expectsContinue, true);
});

Deno.test("understandRequest() expects nothing of HTTP/1.0 or an empty Expect", () => {
  const of = (version: string, value: string) =>
    understood(`POST / ${version}`, "Host: a", `Expect: ${value}`)
      .expectsContinue;
  assertEquals(of("HTTP/1.1", "100-continue"), true);
  assertEquals(of("HTTP/1.0", "100-continue"), false);
  assertEquals(of("HTTP/1.1", ""), false);
});

Deno.test("understandRequest() gives each refusal its status", () => {
  const statusOf = (...lines: string[]) =>
    assertThrows(() => understood(...lines), WireError).status;
  assertEquals(statusOf("GET / HTTP/1.1"), 400);
  assertEquals(statusOf("GET / HTTP/1.1", "Host: a", "Host: a"), 400);
  assertEquals(statusOf("GET / HTTP/1.1", "Host: a b"), 400);
  assertEquals(statusOf("GET / HTTP/1.1", "Host: a", "Expect: b"), 417);
  assertEquals(statusOf("GET ftp://a/ HTTP/1.1", "Host: a"), 501);
  assertEquals(
    statusOf("GET / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"),
    501,
  );
});

Deno.test("understandRequest() refuses CONNECT with a body", () => {
  for (const field of ["Content-Length: 1", "Transfer-Encoding: chunked"]) {
    assertThrows(
      () => understood("CONNECT a:443 HTTP/1.1", "Host: a:443", field),
      WireError,
      "CONNECT with a body",
    );
  }
  const request = understood(
    "CONNECT a:443 HTTP/1.1",
    "Host: a:443",
    "Content-Length: 0",
  );
  assertEquals(request.bodyLength, 0);
});

function understood(...lines: string[]): Request {
  return understandRequest(parseRequestHead(lines.join("\r\n") + "\r\n\r\n"));
}
