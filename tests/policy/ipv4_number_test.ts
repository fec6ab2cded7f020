import { assertEquals } from "@std/assert";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { ipv4Number, ipv4Text } from "../../src/policy/ipv4_number.ts";

Deno.test("ipv4Number() reads four decimal numbers", () => {
  assertEquals(ipv4Number("0.0.0.0"), 0);
  assertEquals(ipv4Number("127.0.0.1"), 0x7f000001);
  assertEquals(ipv4Number("255.255.255.255"), 0xffffffff);
});

Deno.test("ipv4Number() refuses every other spelling", () => {
  const refused = [
    "",
    "1",
    "127.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4.",
    "01.2.3.4",
    "1.2.3.00",
    "1.2.3.256",
    "1.2.3.1000",
    "0x1.2.3.4",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.-4",
    "1.2.3.4/8",
    "1.2.3.٤",
    "::1",
  ];
  for (const text of refused) assertEquals(ipv4Number(text), -1, text);
});

Deno.test("ipv4Number() reads what ipaddr.js reads, and ipv4Text() writes it", () => {
  const anyText = fc.oneof(
    fc.ipV4(),
    fc.array(fc.nat(300), { maxLength: 5 }).map((parts) => parts.join(".")),
    fc.stringMatching(/^[0-9.x]{0,12}$/),
  );
  fc.assert(fc.property(anyText, (text) => {
    const number = ipv4Number(text);
    assertEquals(number >= 0, ipaddr.IPv4.isValidFourPartDecimal(text), text);
    if (number >= 0) assertEquals(ipv4Text(number), text);
  }));
});
