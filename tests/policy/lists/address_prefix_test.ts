import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseIp, parseIpRange } from "../../../src/policy/ip_range.ts";
import {
  addressBytes,
  parseAddressPrefix,
  prefixKey,
  prefixText,
} from "../../../src/policy/lists/address_prefix.ts";

function textOf(text: string): string | undefined {
  const prefix = parseAddressPrefix(text);
  return prefix && prefixText(prefixKey(prefix.address, prefix.bits));
}

Deno.test("parseAddressPrefix() reads addresses and ranges, and drops bits that don't count", () => {
  const cases: [written: string, text: string | undefined][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7/32", "192.0.2.7"],
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.255.255.255/9", "10.128.0.0/9"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::/0", "::/0"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["::ffff:10.9.0.0/104", "10.0.0.0/8"],
    ["10.0.0.0/33", undefined],
    ["::ffff:10.0.0.0/95", undefined],
    ["::1/129", undefined],
    ["10.0.0.0/", undefined],
    ["10.*", undefined],
    ["10.0.0", undefined],
    ["fe80::1%eth0", undefined],
    ["[::1]", undefined],
    ["", undefined],
  ];
  for (const [written, text] of cases) {
    assertEquals(textOf(written), text, written);
  }
});

Deno.test("prefixKey() is shared by an address and a range exactly when the range holds it", () => {
  const anyAddress = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.1.1", "fd00::1", "fd00::2"),
  );
  fc.assert(
    fc.property(anyAddress, anyAddress, fc.nat(128), (a, b, wanted) => {
      const [ip, base] = [parseIp(a)!, parseIp(b)!];
      const widest = base.kind() === "ipv4" ? 32 : 128;
      const bits = wanted % (widest + 1);
      const range = parseIpRange(`${base}/${bits}`);
      assert(range !== undefined);
      const isSame = ip.kind() === base.kind() &&
        prefixKey(addressBytes(ip), bits) ===
          prefixKey(addressBytes(base), bits);
      assertEquals(isSame, range.contains(ip));
    }),
  );
});

Deno.test("prefixKey() differs for families and numbers of bits", () => {
  const keys = ["0.0.0.0/0", "::/0", "0.0.0.0/8", "::/8", "0.0.0.0", "::"]
    .map((text) => {
      const { address, bits } = parseAddressPrefix(text)!;
      return prefixKey(address, bits);
    });
  assertEquals(new Set(keys).size, keys.length);
});
