import { assertEquals, assertNotEquals } from "@std/assert";
import { clientKey } from "../../src/policy/client_key.ts";

Deno.test("clientKey() is the address for IPv4, mapped or not", () => {
  assertEquals(clientKey("192.0.2.7"), "192.0.2.7");
  assertEquals(clientKey("::ffff:192.0.2.7"), "192.0.2.7");
});

Deno.test("clientKey() is one for a whole /64", () => {
  const key = clientKey("2001:db8:0:1::1");
  assertEquals(clientKey("2001:DB8::1:ffff:2:3:4"), key);
  assertNotEquals(clientKey("2001:db8:0:2::1"), key);
});
