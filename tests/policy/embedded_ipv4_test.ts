import { assertEquals } from "@std/assert";
import ipaddr from "ipaddr.js";
import { embeddedIpv4 } from "../../src/policy/embedded_ipv4.ts";
import { ipv4Text } from "../../src/policy/ipv4_number.ts";

const CASES: readonly [how: string, address: string, ...ipv4: string[]][] = [
  ["mapped", "::ffff:c000:221", "192.0.2.33"],
  ["compatible", "::c000:221", "192.0.2.33"],
  ["translated (SIIT)", "::ffff:0:c000:221", "192.0.2.33"],
  ["NAT64, well-known prefix", "64:ff9b::c000:221", "192.0.2.33"],
  ["NAT64, own prefix of 96 bits", "64:ff9b:1::c000:221", "192.0.2.33"],
  ["6to4", "2002:c000:221::1", "192.0.2.33"],
  // The example of RFC 4380 §5.2.
  [
    "Teredo",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "65.54.227.120",
    "192.0.2.45",
  ],
  ["ISATAP", "2001:db8::5efe:c000:221", "192.0.2.33"],
  ["ISATAP, link-local", "fe80::5efe:c000:221", "192.0.2.33"],
  ["ISATAP with u bit", "2001:db8::200:5efe:c000:221", "192.0.2.33"],
  ["nothing in it: unspecified", "::"],
  ["nothing in it: loopback", "::1"],
  ["nothing in it: any other", "2606:2800:220:1:248:1893:25c8:1946"],
  ["nothing in it: behind the NAT64 prefixes", "64:ff9b:2::c000:221"],
  ["nothing in it: 2001: but no Teredo", "2001:1::c000:221"],
  ["nothing in it: almost mapped", "::1:ffff:c000:221"],
  ["nothing in it: almost ISATAP", "2001:db8::1:5efe:c000:221"],
];

for (const [how, address, ...expected] of CASES) {
  Deno.test(`embeddedIpv4() finds ${how}`, () => {
    const found = embeddedIpv4(ipaddr.IPv6.parse(address)).map(ipv4Text);
    assertEquals(found, expected);
  });
}

Deno.test("embeddedIpv4() looks in all the places that a network's own NAT64 prefix may leave", () => {
  const behind = (...parts: number[]) =>
    embeddedIpv4(new ipaddr.IPv6([0x64, 0xff9b, 1, ...parts])).map(ipv4Text);
  // As in the examples of RFC 6052 §2.4.
  const places: [bits: number, parts: number[]][] = [
    [48, [0xc000, 0x0002, 0x2100, 0, 0]],
    [56, [0x33c0, 0x0000, 0x0221, 0, 0]],
    [64, [0x3344, 0x00c0, 0x0002, 0x2100, 0]],
    [96, [0x3344, 0x0000, 0, 0xc000, 0x0221]],
  ];
  for (const [bits, parts] of places) {
    assertEquals(behind(...parts).includes("192.0.2.33"), true, `/${bits}`);
  }
});
