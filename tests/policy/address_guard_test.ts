import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  AddressGuard,
  type AddressGuardOptions,
} from "../../src/policy/address_guard.ts";
import { IpRangeSet } from "../../src/policy/ip_range_set.ts";
import { ipv4Text } from "../../src/policy/ipv4_number.ts";
import { OwnListeners } from "../../src/policy/own_listeners.ts";
import { ipv4Spellings, ipv6Holders } from "./ipv4_spellings.ts";

const PROXY_PORT = 8080;

function guardWith(
  options: { ranges?: string[] } & Partial<AddressGuardOptions> = {},
): AddressGuard {
  return new AddressGuard({
    privateAddresses: "deny",
    allowedRanges: new IpRangeSet(options.ranges ?? [], "test"),
    ownListeners: new OwnListeners([
      { host: "0.0.0.0", port: PROXY_PORT },
    ], ["192.168.1.5", "203.0.113.5"]),
    ...options,
  });
}

/** Why an address is denied; undefined where it is allowed. */
function denial(
  guard: AddressGuard,
  address: string,
  port = 80,
): string | undefined {
  const verdict = guard.judge(address, port);
  return verdict.allowed ? undefined : verdict.reason;
}

Deno.test("AddressGuard allows public addresses", () => {
  const addresses = ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"];
  for (const address of [...addresses, "2002:808:808::1", "134744072"]) {
    assertEquals(denial(guardWith(), address), undefined, address);
  }
});

Deno.test("AddressGuard denies every other address, and says what it is", () => {
  const cases: [address: string, reason: string][] = [
    ["10.0.0.1", "10.0.0.1 is a private address"],
    ["127.1", "127.0.0.1 is a loopback address"],
    ["169.254.169.254", "169.254.169.254 is a link-local address"],
    ["[fd00:ec2::254]", "fd00:ec2::254 is a unique-local (private) address"],
    ["::ffff:a00:1", "10.0.0.1 is a private address"],
    ["64:ff9b::a00:1", "10.0.0.1 in 64:ff9b::a00:1 is a private address"],
    ["fe80::1%eth0", "fe80::1 is a link-local address"],
    ["0", "0.0.0.0 is an unspecified address"],
    ["255.255.255.255", "255.255.255.255 is the broadcast address"],
    ["::8.8.8.8", "::808:808 is a reserved address"],
    ["example.com", '"example.com" is no address'],
    ["1.2.3.4.5", '"1.2.3.4.5" is no address'],
    ["", '"" is no address'],
  ];
  for (const [address, reason] of cases) {
    assertEquals(denial(guardWith(), address), reason);
  }
});

Deno.test("AddressGuard denies every spelling of a private address as private", () => {
  const anyPrivate = fc.oneof(
    fc.nat(0xffffff).map((n) => (0x0a000000 | n) >>> 0),
    fc.nat(0xfffff).map((n) => (0xac100000 | n) >>> 0),
    fc.nat(0xffff).map((n) => (0xc0a80000 | n) >>> 0),
  );
  const guard = guardWith();
  fc.assert(fc.property(anyPrivate, (number) => {
    for (const text of [...ipv4Spellings(number), ...ipv6Holders(number)]) {
      const reason = denial(guard, text);
      assert(reason !== undefined, text);
      assertStringIncludes(reason, `${ipv4Text(number)} `, text);
      assertStringIncludes(reason, " is a private address", text);
    }
  }));
});

Deno.test("AddressGuard says the same of all spellings of a number", () => {
  const guard = guardWith({ ranges: ["192.0.2.0/24", "10.0.0.0/9"] });
  const anyNumber = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0, 0x0a7fffff, 0x0a800000, 0x7f000001, 0xa9fea9fe),
    fc.nat(0xffff).map((n) => (0xc0000000 | n) >>> 0),
  );
  const anyPort = fc.constantFrom(80, PROXY_PORT);
  fc.assert(fc.property(anyNumber, anyPort, (number, port) => {
    const expected = guard.judge(ipv4Text(number), port);
    for (const text of ipv4Spellings(number)) {
      assertEquals(guard.judge(text, port), expected, text);
    }
    for (const text of ipv6Holders(number)) {
      if (!expected.allowed) assert(!guard.judge(text, port).allowed, text);
    }
  }));
});

Deno.test("AddressGuard lets allowed ranges through, and by them nothing else", () => {
  const guard = guardWith({
    ranges: ["10.0.0.0/8", "fd00:1::/32", "64:ff9b:1::/48"],
  });
  const allowed = ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3"];
  for (const address of [...allowed, "fd00:1::1", "64:ff9b:1::192.168.0.1"]) {
    assertEquals(denial(guard, address), undefined, address);
  }
  const denied = ["192.168.0.1", "64:ff9b::192.168.0.1", "fd00:2::1"];
  for (const address of [...denied, "::10.1.2.3", "fe80::5efe:10.1.2.3"]) {
    assert(denial(guard, address) !== undefined, address);
  }
});

Deno.test("AddressGuard allows all addresses where private ones are allowed", () => {
  const guard = guardWith({ privateAddresses: "allow" });
  const addresses = ["10.0.0.1", "127.0.0.1", "::1", "fd00::1", "::10.0.0.1"];
  for (const address of addresses) {
    assertEquals(denial(guard, address), undefined, address);
  }
  assertEquals(denial(guard, "localhost"), '"localhost" is no address');
});

Deno.test("AddressGuard never lets a connection lead to the proxy itself", () => {
  const guard = guardWith({
    privateAddresses: "allow",
    ranges: ["0.0.0.0/0", "::/0"],
  });
  const own = [0, 0x7f000001, 0x7f090909, 0xc0a80105, 0xcb007105];
  for (const number of own) {
    for (const text of [...ipv4Spellings(number), ...ipv6Holders(number)]) {
      if (text === "::0.0.0.0") continue; // is `::`, judged below
      const reason = denial(guard, text, PROXY_PORT);
      assertStringIncludes(reason ?? text, "is the proxy itself");
      assertEquals(denial(guard, text, PROXY_PORT + 1), undefined, text);
    }
  }
  for (const text of ["::1", "::", "[0:0::1%lo]"]) {
    assert(denial(guard, text, PROXY_PORT) !== undefined, text);
  }
  assertEquals(denial(guard, "192.168.1.6", PROXY_PORT), undefined);
});

Deno.test("AddressGuard chooses those of a name's addresses that are allowed, in their order", () => {
  const guard = guardWith();
  const choose = (...addresses: string[]) => guard.choose(addresses, 443);
  assertEquals(choose("8.8.8.8", "2606:4700::1"), {
    allowed: true,
    addresses: ["8.8.8.8", "2606:4700::1"],
  });
  assertEquals(choose("10.0.0.1", "8.8.8.8", "::1", "1.1.1.1"), {
    allowed: true,
    addresses: ["8.8.8.8", "1.1.1.1"],
  });
  assertEquals(choose("10.0.0.1", "::1"), {
    allowed: false,
    reason: "10.0.0.1 is a private address",
  });
  assertEquals(choose(), { allowed: false, reason: "there is no address" });
});
