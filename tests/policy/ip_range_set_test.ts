import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { InvalidValue } from "../../src/policy/invalid_value.ts";
import { parseIp, parseIpRange } from "../../src/policy/ip_range.ts";
import { IpRangeSet } from "../../src/policy/ip_range_set.ts";

Deno.test("IpRangeSet holds the addresses of its ranges", () => {
  const set = new IpRangeSet([
    "10.0.0.0/8",
    "10.1.0.0/16",
    "192.0.2.7",
    "::ffff:198.51.100.0/120",
    "2001:db8:1::/48",
    "::1",
  ], "--allow-client");
  const within = [
    "10.0.0.0",
    "10.255.255.255",
    "::ffff:10.2.3.4",
    "::ffff:a02:304",
    "192.0.2.7",
    "198.51.100.255",
    "2001:db8:1:ffff::1",
    "2001:DB8:1::1%eth0",
    "::1",
  ];
  const beyond = [
    "9.255.255.255",
    "11.0.0.0",
    "192.0.2.6",
    "192.0.2.8",
    "198.51.101.0",
    "2001:db8:2::1",
    "::2",
    "::",
    "",
    "localhost",
    "10.1",
    "010.0.0.1",
  ];
  for (const address of within) assert(set.contains(address), address);
  for (const address of beyond) assert(!set.contains(address), address);
});

Deno.test("IpRangeSet is empty without ranges, and one family does not hold the other", () => {
  const none = new IpRangeSet([], "--allow-client");
  assert(!none.contains("127.0.0.1") && !none.contains("::1"));
  const [ipv4, ipv6] = ["0.0.0.0/0", "::/0"].map((range) =>
    new IpRangeSet([range], "--allow-client")
  );
  assert(ipv4!.contains("255.255.255.255") && !ipv4!.contains("::1"));
  assert(ipv6!.contains("ffff::") && !ipv6!.contains("127.0.0.1"));
  assert(ipv6!.containsIpv6(ipaddr.IPv6.parse("::1")));
  assert(ipv4!.containsIpv4(0) && !ipv6!.containsIpv4(0));
});

Deno.test("IpRangeSet refuses anything else, with the place and what is wanted", () => {
  const cases: [text: string, said: string][] = [
    ["", 'got "", wants an address such as'],
    ["localhost", 'got "localhost", wants an address such as'],
    ["10.0.0", 'got "10.0.0", wants an address such as'],
    ["10.0.0.0/", 'got "10.0.0.0/", wants an address such as'],
    ["10.0.0.0/8 ", 'got "10.0.0.0/8 ", wants an address such as'],
    ["fe80::1%eth0", 'got "fe80::1%eth0", wants an address such as'],
    ["10.0.0.0/33", 'got "10.0.0.0/33", wants 0 to 32 bits behind the slash'],
    ["::/129", 'got "::/129", wants 0 to 128 bits behind the slash'],
    ["::ffff:10.0.0.0/8", "wants 96 to 128 bits behind the slash"],
  ];
  for (const [text, said] of cases) {
    assertThrows(
      () => new IpRangeSet(["::1", text], "--allow-client"),
      InvalidValue,
      said,
    );
  }
  assertThrows(
    () => new IpRangeSet(Array<string>(100_001).fill("::1"), "--allow-client"),
    InvalidValue,
    "--allow-client: has more than 100000 ranges",
  );
});

Deno.test("IpRangeSet holds an address if and only if one of its ranges does", () => {
  const anyAddress = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.nat(1023).map((n) => `10.0.${n >> 8}.${n & 255}`),
    fc.nat(1023).map((n) => `2001:db8::${n.toString(16)}`),
  );
  const anyRange = fc.tuple(anyAddress, fc.integer({ min: 16, max: 32 }))
    .filter(([address]) => parseIpRange(`${address}/16`) !== undefined)
    .map(([address, bits]) =>
      `${address}/${address.includes(":") ? bits + 96 : bits}`
    );
  fc.assert(
    fc.property(fc.array(anyRange), anyAddress, (ranges, address) => {
      const ip = parseIp(address)!;
      const expected = ranges.some((range) =>
        parseIpRange(range)!.contains(ip)
      );
      const set = new IpRangeSet(ranges, "test");
      assertEquals(set.contains(address), expected, `${ranges} ${address}`);
    }),
  );
});
