import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readCaRequest } from "../../src/cli/ca_request.ts";
import { OptionError } from "../../src/config.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { withFiles } from "../mitm/openssl.ts";

Deno.test("readCaRequest() reads an action and what it takes", () => {
  const { action, folder, own, out, format, isSure } = readCaRequest([
    ..."export --out x.pem --format=der --data there".split(" "),
  ]);
  assertEquals([action, own, out, format, isSure], [
    "export",
    undefined,
    "x.pem",
    "der",
    false,
  ]);
  assertEquals(folder.files.certPath, join("there", "ca", "ca.pem"));
});

Deno.test("readCaRequest() has defaults", () => {
  const { out, format, isSure } = readCaRequest(["export"]);
  assertEquals([out, format, isSure], [undefined, "pem", false]);
  assertEquals(readCaRequest(["export", "--out", "-"]).out, undefined);
  assertEquals(readCaRequest(["rotate"]).isSure, false);
  assertEquals(readCaRequest(["rotate", "--yes"]).isSure, true);
});

Deno.test("readCaRequest() reads an authority of the operator's own", () => {
  const { own } = readCaRequest(["show", "--ca-cert", "c", "--ca-key", "k"]);
  assertEquals([own?.certPath, own?.keyPath], ["c", "k"]);
});

Deno.test("readCaRequest() names what is wrong", () => {
  const cases: [line: string, message: string][] = [
    ["", "ca: got nothing, wants export, show or rotate"],
    ["expotr", 'ca: got "expotr", wants export, show or rotate'],
    ["toString", 'ca: got "toString", wants export, show or rotate'],
    ["export --format pfx", '--format: got "pfx", wants pem or der'],
    ["export --out=", '--out: got "", wants the path of a file'],
    ["export --out a --out b", "--out: got it twice, wants it once"],
    [
      "show --ca-cert c",
      "--ca-key: got nothing, wants the path of a PEM file (--ca-cert takes both or neither)",
    ],
    [
      "show --ca-key k",
      "--ca-cert: got nothing, wants the path of a PEM file (--ca-key takes both or neither)",
    ],
    ["show more", 'arguments: got "more", wants options only'],
  ];
  for (const [line, message] of cases) {
    const args = line === "" ? [] : line.split(" ");
    const error = assertThrows(() => readCaRequest(args), OptionError);
    assertEquals(error.message, message);
  }
  for (const line of ["show --yes", "show --out=x", "rotate --format=der"]) {
    const error = assertThrows(
      () => readCaRequest(line.split(" ")),
      OptionError,
    );
    assertEquals(/there is no such option/.test(error.message), true, line);
  }
});

Deno.test("readCaRequest() binds a new authority to the names of the settings", async () => {
  await withFiles({}, async (data) => {
    const args = ["rotate", "--data", data, "--ca-name-constraints", "a.test"];
    const { folder } = readCaRequest(args);
    const { permits } = (await folder.rotate()).authority;
    assertEquals(
      ["x.a.test", "b.test"].map((name) => permits(certifiedName(name))),
      [true, false],
    );
  });
});
