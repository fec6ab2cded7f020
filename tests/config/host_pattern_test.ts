import { assertEquals, assertThrows } from "@std/assert";
import { hostPattern, signableName } from "../../src/config/host_pattern.ts";
import { OptionError } from "../../src/config.ts";

Deno.test("hostPattern() reads the patterns of rules, in canonical form", () => {
  const read = (text: string) => hostPattern().read(text, "--x");
  assertEquals(
    ["*", "A.test", "*.Bücher.test", ".c.test", "10.0.0.*", "[::1]"].map(read),
    ["*", "a.test", "*.xn--bcher-kva.test", ".c.test", "10.0.0.*", "::1"],
  );
  for (const text of ["", "a.test:443", "https://a.test", "a/b", "a b"]) {
    assertThrows(() => read(text), OptionError, "a host such as", text);
  }
});

Deno.test("signableName() reads names, addresses and ranges", () => {
  const read = (text: string) => signableName().read(text, "--x");
  assertEquals(
    ["A.test", "192.0.2.1", "10.0.0.0/8", "FD00::/8"].map(read),
    ["a.test", "192.0.2.1", "10.0.0.0/8", "fd00::/8"],
  );
  for (const text of ["*.a.test", ".a.test", "a.test/8", "10.0.0.0/33", ""]) {
    assertThrows(() => read(text), OptionError, "CIDR blocks", text);
  }
});
