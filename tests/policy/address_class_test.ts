import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import {
  type AddressClass,
  classInWords,
  ipv4Class,
  ipv6Class,
} from "../../src/policy/address_class.ts";
import { ipv4Number, ipv4Text } from "../../src/policy/ipv4_number.ts";

function classOf(text: string): AddressClass {
  return text.includes(":")
    ? ipv6Class(ipaddr.IPv6.parse(text))
    : ipv4Class(ipv4Number(text));
}

/** First and last addresses of each range, and neighbours beyond. */
const IPV4_CASES: readonly [AddressClass, ...string[]][] = [
  ["unspecified", "0.0.0.0", "0.255.255.255"],
  ["private", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"],
  ["private", "192.168.0.0", "192.168.255.255"],
  ["carrier-grade-nat", "100.64.0.0", "100.100.100.200", "100.127.255.255"],
  ["loopback", "127.0.0.0", "127.0.0.1", "127.255.255.255"],
  ["platform", "168.63.129.16"],
  ["link-local", "169.254.0.0", "169.254.169.254", "169.254.255.255"],
  ["reserved", "192.0.0.0", "192.0.0.9", "192.0.0.192", "192.0.0.255"],
  ["reserved", "192.88.99.0", "240.0.0.0", "255.255.255.254"],
  ["documentation", "192.0.2.0", "198.51.100.255", "203.0.113.7"],
  ["benchmarking", "198.18.0.0", "198.19.255.255"],
  ["multicast", "224.0.0.1", "239.255.255.255"],
  ["broadcast", "255.255.255.255"],
  ["public", "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255"],
  ["public", "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15"],
  ["public", "168.63.129.17", "169.253.255.255", "169.255.0.0"],
  ["public", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0"],
  ["public", "192.31.196.1", "192.52.193.1", "192.167.255.255", "192.169.0.0"],
  ["public", "192.175.48.1", "198.17.255.255", "198.20.0.0", "223.255.255.255"],
];

const IPV6_CASES: readonly [AddressClass, ...string[]][] = [
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["reserved", "::2", "100::1", "100:0:0:1::1", "200::1", "4000::1", "5f00::1"],
  ["reserved", "1fff::1", "fbff::1", "fe00::1", "2001:1::1", "2001:10::1"],
  ["reserved", "2001:20::1", "2001:30::1", "2001:1ff::1"],
  ["translation", "64:ff9b:1::1", "64:ff9b:1:ffff::1"],
  ["benchmarking", "2001:2::1"],
  ["documentation", "2001:db8::1", "2001:db8:ffff::1", "3fff::1", "3fff:fff::"],
  ["unique-local", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fdff::1"],
  ["link-local", "fe80::1", "febf::1"],
  ["private", "fec0::1", "feff::1"],
  ["multicast", "ff00::1", "ff02::1", "ffff::1"],
  ["public", "64:ff9b::808:808", "2000::1", "2001:200::1", "2001:3::1"],
  ["public", "2001:4:112::1", "2606:4700::1111", "2620:4f:8000::1"],
  ["public", "2001:db9::1", "3fff:1000::1", "2a00:1450::1"],
];

for (const [expected, ...addresses] of [...IPV4_CASES, ...IPV6_CASES]) {
  Deno.test(`the class of ${addresses[0]} and its like is ${expected}`, () => {
    for (const address of addresses) {
      assertEquals(classOf(address), expected, address);
    }
    assert(classInWords(expected).includes(" address"));
  });
}

Deno.test("ipv4Class() calls public what ipaddr.js calls unicast, Azure's host apart", () => {
  const alsoPublic = ["unicast", "as112", "amt"];
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (number) => {
    const range = ipaddr.IPv4.parse(ipv4Text(number)).range();
    const isPublic = ipv4Class(number) === "public";
    assertEquals(
      isPublic,
      alsoPublic.includes(range) && ipv4Text(number) !== "168.63.129.16",
    );
  }));
});

Deno.test("ipv6Class() calls nothing public that ipaddr.js calls special", () => {
  const alsoPublic = [
    "unicast",
    "as112v6",
    "amt",
    "rfc6052",
    "6to4",
    "teredo",
  ];
  const anyStart = fc.constantFrom(
    ..."0 64 100 2001 2002 2620 3fff 5f00 fd00 fe80 fec0 ff02".split(" "),
  );
  const anyAddress = fc.oneof(
    fc.ipV6(),
    fc.tuple(anyStart, fc.nat(0xffff), fc.nat(0xffff)).map(([start, a, b]) =>
      `${start}:${a.toString(16)}:0:${b.toString(16)}::1`
    ),
  );
  fc.assert(fc.property(anyAddress, (text) => {
    const address = ipaddr.IPv6.parse(text);
    if (ipv6Class(address) !== "public") return;
    assert(alsoPublic.includes(address.range()), text);
  }));
});
