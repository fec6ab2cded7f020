import { assertEquals, assertThrows } from "@std/assert";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { nameConstraints } from "../../src/mitm/name_constraints.ts";
import { permittedNames } from "../../src/mitm/permitted_names.ts";
import { Extension } from "../../src/mitm/x509.ts";
import { readAuthority } from "../../src/mitm/authority.ts";
import { testWith } from "../requirement.ts";
import { operatorsAuthority } from "./openssl.ts";

function permitted(test: ReturnType<typeof permittedNames>, names: string[]) {
  return names.filter((name) => test(certifiedName(name)));
}

Deno.test("permittedNames() is what nameConstraints() bound an authority to", () => {
  const hosts = permittedNames([nameConstraints(["example.com", "b.test"])]);
  assertEquals(
    permitted(hosts, [
      "example.com",
      "a.example.com",
      "notexample.com",
      "com",
      "b.test",
      "192.0.2.1",
      "::1",
    ]),
    ["example.com", "a.example.com", "b.test"],
  );
  const ranges = permittedNames([nameConstraints(["10.0.0.0/8", "fd00::/8"])]);
  assertEquals(
    permitted(ranges, ["10.9.8.7", "11.0.0.1", "fd00::1", "fe00::1", "a.test"]),
    ["10.9.8.7", "fd00::1"],
  );
});

Deno.test("permittedNames() permits all without the extension", () => {
  assertEquals(permitted(permittedNames([]), ["a.test", "::1"]).length, 2);
});

Deno.test("permittedNames() refuses what is damaged", () => {
  const good = new Uint8Array(nameConstraints(["a.test"]).value);
  for (const bytes of [good.subarray(0, -1), new Uint8Array(0)]) {
    const extension = new Extension("2.5.29.30", true, bytes);
    assertThrows(() => permittedNames([extension]), TypeError, "damaged");
  }
});

testWith(
  ["openssl"],
  "permittedNames() reads what openssl binds an authority to",
  async () => {
    const constraints =
      "nameConstraints=critical,permitted;DNS:.a.test,permitted;DNS:b.test," +
      "excluded;DNS:no.b.test,excluded;IP:10.0.0.0/255.0.0.0";
    const { permits } = await readAuthority(
      await operatorsAuthority({
        extensions: [
          "basicConstraints=critical,CA:TRUE",
          "keyUsage=critical,keyCertSign",
          constraints,
        ],
      }),
      Date.now(),
    );
    assertEquals(
      permitted(permits, [
        "a.test",
        "x.a.test",
        "b.test",
        "no.b.test",
        "x.no.b.test",
        "c.test",
        "10.1.1.1",
        "11.1.1.1",
      ]),
      ["x.a.test", "b.test", "11.1.1.1"],
    );
  },
);
