import { assertEquals, assertThrows } from "@std/assert";
import {
  NotStrict,
  readStrictRequest,
  readStrictResponse,
  Unfinished,
} from "./strict_reader.ts";

const HEAD = "POST /a HTTP/1.1\r\nHost: a\r\n";
const CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

Deno.test("readStrictRequest() reads one message and no byte more", () => {
  const cases: [text: string, body: string, rest: string][] = [
    [HEAD + "\r\n", "", "x"],
    [HEAD + "Content-Length: 3\r\n\r\nabc", "abc", "def"],
    [CHUNKED + "3\r\nabc\r\n0\r\nT: 1\r\n\r\n", "abc", "0\r\n\r\n"],
  ];
  for (const [text, body, rest] of cases) {
    const { message, end } = readStrictRequest(text + rest);
    assertEquals([message.body, end], [body, text.length]);
  }
});

Deno.test("readStrictRequest() refuses what could be read in two ways", () => {
  const texts = [
    "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
    "GET /\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    HEAD + "Host: b\r\n\r\n",
    HEAD + "A : b\r\n\r\n",
    HEAD + " folded\r\n\r\n",
    HEAD + "A: b\rc\r\n\r\n",
    HEAD + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    HEAD + "Content-Length: 01\r\n\r\na",
    HEAD + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
    HEAD + "Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
    CHUNKED + "1;x\r\na\r\n0\r\n\r\n",
    CHUNKED + "1\r\nab\r\n0\r\n\r\n",
  ];
  for (const text of texts) {
    assertThrows(() => readStrictRequest(text), NotStrict, "", text);
  }
});

Deno.test("readStrictRequest() tells what is not all there", () => {
  const texts = ["", "GET", HEAD, CHUNKED + "3\r\nab", CHUNKED + "0\r\n"];
  for (const text of texts) {
    assertThrows(() => readStrictRequest(text), Unfinished);
  }
});

Deno.test("readStrictResponse() takes a body until the end where nothing frames it", () => {
  const text = "HTTP/1.1 200 OK\r\nA: b\r\n\r\nabc";
  assertEquals(readStrictResponse(text, "GET", true).message.body, "abc");
  assertEquals(readStrictResponse(text, "HEAD", true).end, text.length - 3);
  assertThrows(() => readStrictResponse(text, "GET", false), Unfinished);
});
