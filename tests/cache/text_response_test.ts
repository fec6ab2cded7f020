import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  headTextOf,
  linesOf,
  TextResponse,
} from "../../src/cache/text_response.ts";
import { linesOf as fieldLinesOf, stored } from "./stored_responses.ts";

const LINES = 'ETag: "1"\r\nVia: 1.1 us\r\n';

Deno.test("TextResponse has its fields as text and taken apart", () => {
  const { fields: _, ...parts } = stored([], { status: 203 });
  const response = new TextResponse(parts, LINES);
  assertEquals(fieldLinesOf(response.fields), ['ETag: "1"', "Via: 1.1 us"]);
  assertStrictEquals(response.fields, response.fields);
  assertEquals(linesOf(response), LINES);
  assertEquals(headTextOf(response), "HTTP/1.1 203 OK\r\n" + LINES);
  assertEquals([response.key, response.bodyLength], [parts.key, 10]);
});

Deno.test("headTextOf() and linesOf() are the same for a response of fields", () => {
  const lines = ['ETag: "1"', "Via: 1.1 us"];
  const { fields: _, ...parts } = stored(lines);
  const text = new TextResponse(parts, LINES);
  assertEquals(headTextOf(stored(lines)), headTextOf(text));
  assertEquals(linesOf(stored(lines)), linesOf(text));
});
