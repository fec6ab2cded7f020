import { assertEquals } from "@std/assert";
import { cryptBase64 } from "../../src/policy/crypt_base64.ts";

Deno.test("cryptBase64() writes the lowest bits first, of three bytes, two and one", () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0x40);
  assertEquals(cryptBase64(bytes, [0, 1, 2]), "./kz");
  assertEquals(cryptBase64(bytes, [2, 1]), "..2");
  assertEquals(cryptBase64(bytes, [0]), "z1");
  assertEquals(cryptBase64(bytes, [0, 1, 2, 2, 1]), "./kz..2");
  assertEquals(cryptBase64(bytes, []), "");
});
