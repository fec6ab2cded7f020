import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readHost } from "../../src/policy/host_literal.ts";
import { ipv4Text } from "../../src/policy/ipv4_number.ts";
import { ipv4Spellings } from "./ipv4_spellings.ts";

function addressOf(host: string): string | undefined {
  const read = readHost(host);
  return read.kind === "address" ? read.address : undefined;
}

Deno.test("readHost() reads each spelling of an address", () => {
  const cases: [address: string, ...spellings: string[]][] = [
    ["127.0.0.1", "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1"],
    ["127.0.0.1", "0177.0.0.1", "017700000001", "0X7F000001", "127.0.0.1."],
    [
      "127.0.0.1",
      "１２７。０．０｡１",
      "①②⑦.0.0.1",
      "%31%32%37.1",
      "127\u00ad.1",
    ],
    ["127.0.0.1", "::ffff:127.0.0.1", "[::FFFF:7F00:1]", "0::ffff:7f00:0001"],
    ["0.0.0.0", "0", "0x", "0.0"],
    ["255.255.255.255", "4294967295", "255.16777215", "0xffffffff"],
    ["::1", "[::1]", "::1", "0:0:0:0:0:0:0:1", "::0.0.0.1", "[::1%25lo]"],
    ["::7f00:1", "::127.0.0.1", "[::7F00:1]"],
    ["64:ff9b::a00:1", "64:ff9b::10.0.0.1", "[0064:FF9B::A00:1]"],
    ["fe80::1", "fe80::1%eth0", "[fe80::1%25eth0]"],
  ];
  for (const [address, ...spellings] of cases) {
    for (const spelling of spellings) {
      assertEquals(addressOf(spelling), address, spelling);
    }
  }
});

Deno.test("readHost() leaves names to the resolver", () => {
  const cases: [name: string, ...spellings: string[]][] = [
    ["example.com", "example.com", "EXAMPLE.com.", "ex%61mple.com"],
    ["xn--bcher-kva.example", "Bücher.example", "xn--bcher-kva.example"],
    ["localhost", "localhost", "LOCALHOST."],
    // Whether punycode is sound is left to the resolver, in any case of its letters.
    ["xn--", "xn--", "XN--", "Xn--."],
    ["1.2.3.4.example", "1.2.3.4.example"],
    ["0b1", "0b1"],
    ["1e3", "1e3"],
    ["_srv.example", "_srv.example"],
  ];
  for (const [name, ...spellings] of cases) {
    for (const spelling of spellings) {
      assertEquals(readHost(spelling), { kind: "name", name }, spelling);
    }
  }
});

Deno.test("readHost() refuses what only looks like an address, and what is no host", () => {
  const refused = [
    "",
    ".",
    "..",
    "a..b",
    "127.0.0.1..",
    "1.2.3.4.5",
    "256.0.0.1",
    "4294967296",
    "1.2.3.08",
    "example.09",
    "example.0x1",
    "[127.0.0.1]",
    "127.0.0.1%lo",
    "127.0.0.1 ",
    "127.0.\t0.1",
    "127.0.0.1:80",
    "127.0.0.1/8",
    "user@127.0.0.1",
    "a%2fb",
    "%",
    "[::1",
    "::1]",
    "[]",
    "1::1::1",
    "12345::1",
    "::ffff:127.1",
    "::ffff:0177.0.0.1",
    "::ffff:0x7f.0.0.1",
    "[example.com]",
  ];
  for (const host of refused) {
    const read = readHost(host);
    assert(read.kind === "invalid", host);
    assert(read.reason.startsWith('"'), read.reason);
  }
});

Deno.test("readHost() reads all spellings of a number as the same address", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (number) => {
    for (const spelling of ipv4Spellings(number)) {
      assertEquals(addressOf(spelling), ipv4Text(number), spelling);
    }
  }));
});
