import { assertEquals } from "@std/assert";
import { notModifiedLines } from "../../src/cache/not_modified.ts";
import { parseResponseHead } from "../../src/http1/head.ts";
import { fieldsOf } from "./stored_responses.ts";

Deno.test('notModifiedLines() has what RFC 9110 §15.4.5 says a server "MUST generate"', () => {
  const required = [
    "Cache-Control: max-age=5",
    "Content-Location: /a",
    "Date: Sun, 06 Nov 1994 08:49:37 GMT",
    'ETag: "a"',
    "Expires: Sun, 06 Nov 1994 08:49:37 GMT",
    "Vary: Accept",
  ];
  const lines = notModifiedLines(fieldsOf(...required));
  assertEquals(lines, required.map((line) => line + "\r\n").join(""));
});

Deno.test("notModifiedLines() leaves out what describes the content, and keeps what the client acts on", () => {
  const head = parseResponseHead(
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\n" +
      "Content-Security-Policy: x\r\nContent-Encoding: gzip\r\n" +
      "Content-Language: de\r\nAccess-Control-Allow-Origin: *\r\n" +
      'Content-Range: x\r\nLast-Modified: then\r\nETag: "a"\r\n' +
      "Content-MD5: x\r\n\r\n",
  );
  assertEquals(
    notModifiedLines(head.fields),
    "Set-Cookie: a=b\r\nContent-Security-Policy: x\r\n" +
      'Access-Control-Allow-Origin: *\r\nETag: "a"\r\n',
  );
});

Deno.test('notModifiedLines() keeps Last-Modified "if the response does not have an ETag"', () => {
  const lines = notModifiedLines(fieldsOf("Last-Modified: then"));
  assertEquals(lines, "Last-Modified: then\r\n");
});
