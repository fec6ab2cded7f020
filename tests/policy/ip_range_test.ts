import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseIp, parseIpRange } from "../../src/policy/ip_range.ts";

function contains(range: string, address: string): boolean {
  const [parsedRange, ip] = [parseIpRange(range), parseIp(address)];
  assert(parsedRange !== undefined, range);
  assert(ip !== undefined, address);
  return parsedRange.contains(ip);
}

Deno.test("parseIpRange() reads addresses and ranges of both families", () => {
  const cases: [range: string, address: string, isWithin: boolean][] = [
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.1.2.3/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["0.0.0.0/0", "8.8.8.8", true],
    ["0.0.0.0/0", "::1", false],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fe80::1%eth0", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "10.9.9.9", true],
    ["::ffff:10.0.0.1", "10.0.0.1", true],
    ["::/0", "::1", true],
  ];
  for (const [range, address, isWithin] of cases) {
    assertEquals(contains(range, address), isWithin, `${address} in ${range}`);
  }
});

Deno.test("parseIpRange() refuses anything else", () => {
  const refused = [
    "",
    "localhost",
    "10.*",
    "10.0.0",
    "010.0.0.1",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::1/129",
    "::ffff:10.0.0.0/8",
    "fe80::1%eth0",
    "[::1]",
    "1.2.3.4 ",
  ];
  for (const text of refused) assertEquals(parseIpRange(text), undefined, text);
});

Deno.test("parseIpRange() holds each address in all the ranges around it", () => {
  const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(fc.property(anyAddress, fc.nat(32), (address, bits) => {
    const isMapped = address.includes(":") &&
      parseIp(address)?.kind() === "ipv4";
    if (!isMapped) assert(contains(`${address}/${bits}`, address));
  }));
});
