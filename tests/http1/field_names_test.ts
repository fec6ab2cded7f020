import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import {
  CACHING,
  fieldName,
  fieldNameAt,
  FRAMING,
  HOP_BY_HOP,
  isToken,
} from "../../src/http1/field_names.ts";
import { anyToken } from "./wire_arbitraries.ts";

Deno.test("fieldName() knows what concerns the framing and what one hop only", () => {
  assertEquals(fieldName("Host").bits, FRAMING);
  assertEquals(fieldName("CONTENT-LENGTH").bits, FRAMING);
  assertEquals(fieldName("transfer-encoding").bits, FRAMING | HOP_BY_HOP);
  assertEquals(fieldName("Proxy-Authorization").bits, HOP_BY_HOP);
  assertEquals(fieldName("Accept").bits, 0);
  assertEquals(fieldName("X-Host").bits, 0);
});

Deno.test("fieldName() knows by what a request asks something of caches", () => {
  const names =
    "Authorization Cache-Control If-Match If-Modified-Since If-None-Match " +
    "If-Range If-Unmodified-Since Pragma Range";
  for (const name of names.split(" ")) {
    assertEquals(fieldName(name).bits, CACHING, name);
    assertEquals(fieldName(name.toUpperCase()).bits, CACHING, name);
  }
  for (const name of ["Cookie", "Accept-Ranges", "Vary", "X-Range"]) {
    assertEquals(fieldName(name).bits, 0, name);
  }
});

Deno.test("fieldNameAt() finds within a line what fieldName() finds by itself", () => {
  const anyName = fc.oneof(
    anyToken,
    fc.constantFrom(
      "Host",
      "host",
      "HOST",
      "hOsT",
      "TE",
      "Te",
      "Content-Lengt",
      "Content-Lengths",
    ),
  );
  fc.assert(fc.property(anyName, fc.string(), (name, before) => {
    const text = `${before}${name}: value`;
    const start = before.length;
    const found = fieldNameAt(text, start, start + name.length);
    assertEquals([found.key, found.bits], [
      name.toLowerCase(),
      fieldName(name).bits,
    ]);
  }));
});

Deno.test("fieldName() refuses what is no token", () => {
  for (const name of ["", "a b", "a:", "é", "a\t", "\0"]) {
    assertEquals(isToken(name), false, name);
    assertThrows(() => fieldName(name), WireError, "no token");
  }
});
