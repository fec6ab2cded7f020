import { assertEquals, assertThrows } from "@std/assert";
import { certifiedName } from "../../src/mitm/certified_name.ts";

const LONGEST = [..."abc"].map((letter) => letter.repeat(63)).join(".") +
  "." + "d".repeat(61);

Deno.test("certifiedName() reads names in any spelling", () => {
  const cases = [
    ["example.com", "example.com"],
    ["WWW.Example.COM.", "www.example.com"],
    ["localhost", "localhost"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["my_host.example", "my_host.example"],
    ["a.b.c.d.e.f.example", "a.b.c.d.e.f.example"],
    [LONGEST, LONGEST],
  ] as const;
  for (const [host, value] of cases) {
    assertEquals(certifiedName(host), { type: "dns", value });
  }
});

Deno.test("certifiedName() reads addresses in any spelling", () => {
  const cases = [
    ["192.0.2.7", "192.0.2.7"],
    ["127.1", "127.0.0.1"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["[2001:DB8::A]", "2001:db8:0:0:0:0:0:a"],
    ["::ffff:192.0.2.7", "0:0:0:0:0:ffff:c000:207"],
  ] as const;
  for (const [host, value] of cases) {
    assertEquals(certifiedName(host), { type: "ip", value });
  }
});

Deno.test("certifiedName() refuses what no certificate can be for", () => {
  const hosts = [
    "",
    ".",
    "a..b",
    "*.example.com",
    "*",
    "a b",
    "a/b",
    "a:80",
    "a\0.test",
    "-a.test",
    "fe80::1%eth0",
    "[::1",
    "1.2.3.4.5",
    "a".repeat(64) + ".test",
    LONGEST + "d",
  ];
  for (const host of hosts) {
    assertThrows(
      () => certifiedName(host),
      TypeError,
      "Cannot make a certificate for",
      host,
    );
  }
});

Deno.test("certifiedName() repeats no more of a host than a line holds", () => {
  const error = assertThrows(() => certifiedName("-".repeat(9999)), TypeError);
  assertEquals(error.message.length < 200, true);
});
