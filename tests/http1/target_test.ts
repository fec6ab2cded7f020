import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import {
  checkHostField,
  formatHost,
  parseAuthority,
  parseTarget,
} from "../../src/http1/target.ts";

const anyAuthority = fc.record({
  host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()),
  port: fc.integer({ min: 1, max: 65_535 }),
}).map(({ host, port }) => ({ host: host.toLowerCase(), port }));

Deno.test("parseTarget() understands the four forms", () => {
  assertEquals(parseTarget("GET", "http://A.example:81/b?c"), {
    form: "absolute",
    scheme: "http",
    authority: { host: "a.example", port: 81 },
    path: "/b?c",
    hostField: "a.example:81",
  });
  assertEquals(parseTarget("GET", "/b"), { form: "origin", path: "/b" });
  assertEquals(parseTarget("CONNECT", "[::1]:443"), {
    form: "authority",
    authority: { host: "::1", port: 443 },
  });
  assertEquals(parseTarget("OPTIONS", "*"), { form: "asterisk" });
});

Deno.test("parseTarget() agrees with URL on any plain URL", () => {
  const anyUrl = fc.webUrl({
    withQueryParameters: true,
    authoritySettings: { withPort: true },
  }).filter((url) => new URL(url).port !== "0");
  fc.assert(
    fc.property(anyUrl, (text) => {
      const url = new URL(text);
      const target = parseTarget("GET", text);
      if (target.form !== "absolute") throw new Error(`${text} is no URL`);
      const { scheme, authority, hostField } = target;
      assertEquals(`${scheme}:`, url.protocol);
      assertEquals(authority.host, url.hostname);
      assertEquals(hostField, url.host);
    }),
    { numRuns: 30 },
  );
});

Deno.test("parseTarget() understands or throws a WireError, nothing else", () => {
  const anyTarget = fc.string({
    unit: fc.constantFrom(..."ahttps:/?@[]%.-0189*\\&"),
    maxLength: 20,
  });
  const anyMethod = fc.constantFrom("GET", "CONNECT", "OPTIONS");
  fc.assert(fc.property(anyMethod, anyTarget, (method, text) => {
    for (const target of [text, `http://${text}`]) {
      try {
        parseTarget(method, target);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }
  }));
});

Deno.test("parseTarget() says which target it refuses, and why", () => {
  const messageOf = (method: string, target: string) =>
    assertThrows(() => parseTarget(method, target), WireError).message;
  assertEquals(messageOf("CONNECT", "a.example"), "CONNECT wants a port");
  assertEquals(messageOf("GET", "*"), "the target * is for OPTIONS only");
  assertEquals(
    messageOf("GET", "user:secret@a.example/"),
    "the target is no absolute URL, path or *",
  );
  assertEquals(messageOf("GET", "http://a.example:0/"), '"0" is no port');
});

Deno.test("parseAuthority() gives back what formatHost() wrote", () => {
  fc.assert(fc.property(anyAuthority, (authority) => {
    assertEquals(parseAuthority(formatHost(authority), undefined), authority);
    for (const scheme of ["http", "https"] as const) {
      const port = scheme === "http" ? 80 : 443;
      assertEquals(
        parseAuthority(formatHost(authority, scheme), port),
        authority,
      );
    }
  }));
});

Deno.test("parseAuthority() takes the default port where none is given", () => {
  for (const text of ["a.example", "a.example:"]) {
    assertEquals(parseAuthority(text, 8080), { host: "a.example", port: 8080 });
    assertThrows(() => parseAuthority(text, undefined), WireError);
  }
});

Deno.test("checkHostField() takes an empty value and an authority", () => {
  for (
    const value of ["", "a.example", "A.example:80", "[::1]:80", "127.0.0.1"]
  ) {
    checkHostField(value);
  }
  for (const value of ["a b", "a,b", "u@a", "a/", "a:x", "::1"]) {
    const error = assertThrows(() => checkHostField(value), WireError);
    assertEquals(error.status, 400);
  }
});

Deno.test("formatHost() brackets IPv6 and leaves out a scheme's own port", () => {
  assertEquals(formatHost({ host: "a.example", port: 80 }), "a.example:80");
  assertEquals(
    formatHost({ host: "a.example", port: 80 }, "http"),
    "a.example",
  );
  assertEquals(
    formatHost({ host: "a.example", port: 80 }, "https"),
    "a.example:80",
  );
  assertEquals(formatHost({ host: "::1", port: 443 }, "https"), "[::1]");
});
