import { assertEquals, assertThrows } from "@std/assert";
import {
  host,
  isLoopback,
  noProxyEntry,
  parseHost,
} from "../../src/config/host_name.ts";
import { OptionError } from "../../src/config/option_error.ts";

Deno.test("parseHost() takes names and addresses, lowercased, brackets off", () => {
  const cases = [
    ["localhost", "localhost"],
    ["Proxy.Example.com", "proxy.example.com"],
    ["my_host", "my_host"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["0.0.0.0", "0.0.0.0"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["2001:DB8::1", "2001:db8::1"],
  ] as const;
  for (const [text, expected] of cases) {
    assertEquals(parseHost(text), expected, text);
  }
});

Deno.test("parseHost() refuses ports, half addresses and odd characters", () => {
  const texts = [
    "",
    ".",
    "localhost:8080",
    "127.1",
    "2130706433",
    "0x7f.0.0.0x1",
    "256.0.0.1",
    "[127.0.0.1]",
    "[::1",
    "a..b",
    "-a",
    "a-",
    "a b",
    "http://a",
    "bücher.example",
    "a".repeat(64),
    "a.".repeat(130),
  ];
  for (const text of texts) {
    assertEquals(parseHost(text), undefined, text);
  }
});

Deno.test("isLoopback() holds for 127.0.0.0/8, ::1 and localhost only", () => {
  for (
    const text of [
      "127.0.0.1",
      "127.255.0.9",
      "::1",
      "0:0:0:0:0:0:0:1",
      "LocalHost",
    ]
  ) {
    assertEquals(isLoopback(text), true, text);
  }
  for (
    const text of [
      "0.0.0.0",
      "::",
      "192.168.0.1",
      "128.0.0.1",
      "127.example.com",
      "127.0.0.1.example.com",
      "localhost.example.com",
      "::ffff:127.0.0.1",
      "fe80::1%lo",
      "::1%eth0",
    ]
  ) {
    assertEquals(isLoopback(text), false, text);
  }
});

Deno.test("noProxyEntry() takes hosts, domains, addresses, CIDR and the star", () => {
  const texts = [
    "*",
    "example.com",
    ".example.com",
    "*.example.com",
    "localhost",
    "10.0.0.1",
    "::1",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "fd00::/8",
  ];
  for (const text of texts) {
    assertEquals(noProxyEntry().read(text, "--x"), text);
  }
  assertEquals(noProxyEntry().read("*.EXAMPLE.com", "--x"), "*.example.com");
});

Deno.test("noProxyEntry() refuses other patterns", () => {
  const texts = [
    "",
    "**",
    "*example.com",
    "a.*.com",
    ".",
    "*.",
    "example.com:80",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0/8",
    "example.com/8",
    "10.0.0.0/",
    "http://example.com",
  ];
  for (const text of texts) {
    assertThrows(() => noProxyEntry().read(text, "--x"), OptionError, "wants");
  }
});

Deno.test("host() says what it takes", () => {
  const error = assertThrows(() => host().read("a:1", "--host"), OptionError);
  assertEquals(
    error.message,
    '--host: got "a:1", wants a host name or an IP address, without a port',
  );
});
