import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import {
  constraintsOf,
  nameConstraints,
} from "../../src/mitm/name_constraints.ts";
import { testWith } from "../requirement.ts";
import { openssl, withFiles } from "./openssl.ts";

Deno.test("nameConstraints() encodes one name and excludes all addresses", () => {
  const { type, critical, value } = nameConstraints(["a.test"]);
  assertEquals([type, critical], ["2.5.29.30", true]);
  assertEquals(
    new Uint8Array(value).toHex(),
    "303e" +
      "a00a" + "3008" + "8206" + "612e74657374" +
      "a130" + "300a" + "8708" + "00".repeat(8) +
      "3022" + "8720" + "00".repeat(32),
  );
});

testWith(["openssl"], "nameConstraints() is what openssl reads", async () => {
  const cases: [permitted: string[], texts: string[]][] = [
    [["Example.com", "b.test"], [
      "DNS:example.com DNS:b.test",
      "IP:0.0.0.0/0.0.0.0 IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0",
    ]],
    [["10.1.2.3/8", "fd00::1/8", "192.0.2.1"], [
      "IP:10.0.0.0/255.0.0.0",
      "IP:FD00:0:0:0:0:0:0:0/FF00:0:0:0:0:0:0:0",
      "IP:192.0.2.1/255.255.255.255",
      "Excluded: DNS:",
    ]],
    [Array.from({ length: 300 }, (_, i) => `name${i}.example`), [
      "DNS:name0.example",
      "DNS:name299.example",
    ]],
  ];
  for (const [permittedNames, texts] of cases) {
    const { certPem } = await newAuthority({
      nowMs: Date.now(),
      permittedNames,
    });
    const shown = await withFiles(
      { cert: certPem },
      (folder) => openssl(`x509 -in ${join(folder, "cert")} -noout -text`),
    );
    const flowing = shown.replace(/\s+/g, " ");
    assertStringIncludes(flowing, "Name Constraints: critical Permitted:");
    for (const text of texts) assertStringIncludes(flowing, text);
  }
});

Deno.test("nameConstraints() refuses what is no name, address or range", () => {
  const entries = ["*.a.test", "", "a.test/8", "10.0.0.0/33", "::/129", "a b"];
  for (const entry of entries) {
    assertThrows(() => nameConstraints([entry]), TypeError, "Cannot", entry);
  }
  assertThrows(() => nameConstraints([]), TypeError, "no name is permitted");
});

Deno.test("constraintsOf() tells constraints apart", () => {
  const [a, b] = [nameConstraints(["a.test"]), nameConstraints(["b.test"])];
  assertEquals(constraintsOf([]), undefined);
  assertEquals(
    constraintsOf([a]),
    constraintsOf([nameConstraints(["A.test"])]),
  );
  assertEquals(constraintsOf([a]) === constraintsOf([b]), false);
});
