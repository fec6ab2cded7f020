import { assertEquals, assertMatch } from "@std/assert";
import { randomSerial } from "../../src/mitm/random_serial.ts";

Deno.test("randomSerial() is positive, of 16 bytes and another each time", () => {
  const serials = Array.from({ length: 1000 }, randomSerial);
  for (const serial of serials) assertMatch(serial, /^[4-7][0-9a-f]{31}$/);
  assertEquals(new Set(serials).size, 1000);
});
