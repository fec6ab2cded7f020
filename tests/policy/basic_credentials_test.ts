import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BASIC_CHALLENGE,
  readBasicCredentials,
} from "../../src/policy/basic_credentials.ts";

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

Deno.test("readBasicCredentials() reads the examples of RFC 7617", () => {
  assertEquals(readBasicCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), {
    kind: "basic",
    user: "Aladdin",
    password: "open sesame",
  });
  assertEquals(readBasicCredentials("Basic dGVzdDoxMjPCow=="), {
    kind: "basic",
    user: "test",
    password: "123£",
  });
});

Deno.test("readBasicCredentials() reads any user without a colon and any password", () => {
  const anyText = fc.string({ unit: "grapheme", maxLength: 40 })
    .filter((text) => !/\p{Cc}/u.test(text));
  const anyUser = anyText.map((text) => text.replaceAll(":", ""));
  const anyScheme = fc.constantFrom("Basic ", "basic ", "BASIC   ");
  fc.assert(
    fc.property(anyScheme, anyUser, anyText, (scheme, user, password) => {
      const read = readBasicCredentials(scheme + base64(`${user}:${password}`));
      assertEquals(read, { kind: "basic", user, password });
    }),
  );
});

Deno.test("readBasicCredentials() leaves other schemes alone", () => {
  const others = ["", "Bearer abc", 'Digest username="ann"', "Basically", " "];
  for (const field of others) {
    assertEquals(readBasicCredentials(field), { kind: "other" }, field);
  }
});

Deno.test("readBasicCredentials() says why credentials are malformed", () => {
  const cases: [field: string, reason: string][] = [
    ["Basic", "the credentials are not UTF-8 in Base64"],
    ["Basic ", "the credentials are not UTF-8 in Base64"],
    ["Basic a:b", "the credentials are not UTF-8 in Base64"],
    ["Basic QQ=A", "the credentials are not UTF-8 in Base64"],
    ["Basic QWxhZ", "the credentials are not UTF-8 in Base64"],
    ["Basic QWxh ZGRp", "the credentials are not UTF-8 in Base64"],
    [`Basic ${btoa("ann:\xe4")}`, "the credentials are not UTF-8 in Base64"],
    [`Basic ${btoa("ann")}`, "the credentials have no colon"],
    [
      `Basic ${btoa("ann:a\0b")}`,
      "the credentials have a control character",
    ],
    [
      `Basic ${btoa("a\nnn:b")}`,
      "the credentials have a control character",
    ],
    [
      `Basic ${btoa("ann:" + "x".repeat(1000))}`,
      "the credentials are longer than 1100 characters",
    ],
  ];
  for (const [field, reason] of cases) {
    const read = readBasicCredentials(field);
    assertEquals(read, { kind: "malformed", reason }, field);
  }
});

Deno.test("BASIC_CHALLENGE asks for UTF-8", () => {
  assertEquals(BASIC_CHALLENGE, 'Basic realm="Sluice", charset="UTF-8"');
});
