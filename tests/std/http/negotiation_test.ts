import { assertEquals } from "@std/assert";
import {
  accepts,
  acceptsEncodings,
  acceptsLanguages,
} from "@std/http/negotiation";

function asking(name: string, value?: string): { headers: Headers } {
  const headers = new Headers(value === undefined ? {} : { [name]: value });
  return { headers };
}

const browser = asking(
  "accept",
  "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
);

Deno.test("accepts() lists media types by weight, then in their order", () => {
  assertEquals(accepts(browser), [
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "*/*",
  ]);
});

Deno.test("accepts() takes a Request", () => {
  const headers = { accept: "text/plain" };
  assertEquals(accepts(new Request("http://a/", { headers })), ["text/plain"]);
});

Deno.test("accepts() accepts everything without the field, or an empty one", () => {
  for (const request of [asking("accept"), asking("accept", "")]) {
    assertEquals(accepts(request), ["*/*"]);
    assertEquals(accepts(request, "text/plain", "text/html"), "text/plain");
  }
});

Deno.test("accepts() chooses the offer with the greatest weight", () => {
  assertEquals(accepts(browser, "image/png", "text/html"), "text/html");
  assertEquals(accepts(browser, "image/png", "image/gif"), "image/png");
  assertEquals(
    accepts(browser, "application/xml", "image/png"),
    "application/xml",
  );
});

Deno.test("accepts() goes by the most specific range, not by the greatest weight", () => {
  const request = asking("accept", "text/*, text/html;q=0.1, text/css;q=0");
  assertEquals(accepts(request, "text/html", "text/plain"), "text/plain");
  assertEquals(accepts(request, "text/css"), undefined);
  assertEquals(accepts(request, "image/png"), undefined);
});

Deno.test("accepts() prefers the closer match among equal weights", () => {
  const request = asking("accept", "*/*, text/*, text/html");
  assertEquals(
    accepts(request, "image/png", "text/plain", "text/html"),
    "text/html",
  );
});

Deno.test("accepts() leaves ties to the order of the offers", () => {
  const request = asking("accept", "text/html, application/json");
  assertEquals(
    accepts(request, "application/json", "text/html"),
    "application/json",
  );
});

Deno.test("accepts() passes over case, in types and parameters", () => {
  const request = asking("accept", 'Text/HTML;Level="A";Q=0.5');
  assertEquals(accepts(request), ["Text/HTML"]);
  assertEquals(accepts(request, "text/html;level=a"), "text/html;level=a");
});

Deno.test("accepts() wants all parameters of a range from the offer", () => {
  const request = asking("accept", "text/html;level=1, text/plain;q=0.5");
  assertEquals(accepts(request, "text/html", "text/plain"), "text/plain");
  assertEquals(
    accepts(request, "text/html;level=2", "text/html;level=1;a=b"),
    "text/html;level=1;a=b",
  );
});

Deno.test("accepts() passes over members that are no media range", () => {
  const request = asking("accept", "html, /, text/plain, ;q=1,");
  assertEquals(accepts(request), ["text/plain"]);
  assertEquals(accepts(request, "html"), undefined);
});

Deno.test("accepts() refuses what has weight 0 or a weight that is no number", () => {
  assertEquals(accepts(asking("accept", "a/b;q=0, c/d;q=x, e/f")), ["e/f"]);
});

Deno.test("acceptsEncodings() lists codings with identity last", () => {
  assertEquals(
    acceptsEncodings(asking("accept-encoding", "gzip;q=0.5, br")),
    ["br", "gzip", "identity"],
  );
  assertEquals(
    acceptsEncodings(asking("accept-encoding", "deflate, gzip, *;q=0.5")),
    ["deflate", "gzip", "*"],
  );
  assertEquals(
    acceptsEncodings(asking("accept-encoding", "gzip, identity;q=0")),
    ["gzip"],
  );
});

Deno.test("acceptsEncodings() accepts everything without the field", () => {
  assertEquals(acceptsEncodings(asking("accept-encoding")), ["*"]);
  assertEquals(
    acceptsEncodings(asking("accept-encoding"), "br", "gzip"),
    "br",
  );
});

Deno.test("acceptsEncodings() chooses by weight, then by the client's order", () => {
  const request = asking("accept-encoding", "gzip, br, zstd;q=0.9");
  assertEquals(acceptsEncodings(request, "zstd", "br", "gzip"), "gzip");
  assertEquals(acceptsEncodings(request, "zstd", "identity"), "zstd");
  assertEquals(acceptsEncodings(request, "GZIP"), "GZIP");
  assertEquals(acceptsEncodings(request, "deflate"), undefined);
});

Deno.test("acceptsEncodings() offers identity unless it is refused", () => {
  const offer = (field: string) =>
    acceptsEncodings(asking("accept-encoding", field), "identity");
  assertEquals(offer("gzip;q=0"), "identity");
  assertEquals(offer("identity;q=0"), undefined);
  assertEquals(offer("*;q=0"), undefined);
  assertEquals(offer("*;q=0, identity"), "identity");
});

Deno.test("acceptsLanguages() lists languages by weight, then in their order", () => {
  const request = asking(
    "accept-language",
    "en;q=0.8, de-CH, de;q=0.9, *;q=0.1",
  );
  assertEquals(acceptsLanguages(request), ["de-CH", "de", "en", "*"]);
  assertEquals(acceptsLanguages(asking("accept-language")), ["*"]);
  assertEquals(acceptsLanguages(asking("accept-language"), "fr"), "fr");
});

Deno.test("acceptsLanguages() matches tags, then languages whatever the region", () => {
  const request = asking("accept-language", "de-CH, en;q=0.5");
  assertEquals(acceptsLanguages(request, "de-AT", "de-ch"), "de-ch");
  assertEquals(acceptsLanguages(request, "en", "de"), "de");
  assertEquals(acceptsLanguages(request, "en-GB", "fr"), "en-GB");
  assertEquals(acceptsLanguages(request, "fr"), undefined);
});

Deno.test("acceptsLanguages() takes * for any other language", () => {
  const request = asking("accept-language", "*;q=0.5, fr;q=0");
  assertEquals(acceptsLanguages(request, "fr", "it"), "it");
});
