import { assertEquals } from "@std/assert";
import { Fields } from "../../src/http1/fields.ts";
import {
  bytesOf,
  readContent,
  stateUtf8,
} from "../../src/proxy/body_content.ts";

function typed(type?: string): Fields {
  const fields = new Fields();
  if (type !== undefined) fields.append("Content-Type", type);
  return fields;
}

Deno.test("readContent() reads text in its charset, else in UTF-8", () => {
  const bytes = new Uint8Array([0xe9]);
  for (
    const [type, text] of [
      ["text/plain; charset=iso-8859-1", "é"],
      ['text/plain;Charset="windows-1252"', "é"],
      ["text/plain; charset=nonsense", "\ufffd"],
      ["text/plain", "\ufffd"],
      [undefined, "\ufffd"],
    ] as const
  ) assertEquals(readContent(bytes, "text", typed(type)), text, type);
  assertEquals(readContent(bytes, "bytes", typed()), bytes);
});

Deno.test("stateUtf8() corrects a charset that is no longer so", () => {
  for (
    const [type, now] of [
      ["text/html; charset=latin1; a=b", "text/html; charset=utf-8; a=b"],
      ["text/html; charset=UTF-8", "text/html; charset=UTF-8"],
      ["text/html", "text/html"],
    ] as const
  ) {
    const fields = typed(type);
    stateUtf8(fields);
    assertEquals(fields.get("content-type"), now);
  }
  assertEquals(bytesOf("é"), new Uint8Array([0xc3, 0xa9]));
});
