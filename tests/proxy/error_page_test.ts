import { assertEquals, assertStringIncludes } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import { errorPage, escapeHtml } from "../../src/proxy/error_page.ts";
import { exchangeOf, requestOf } from "./wire_values.ts";

function pageOf(error: ProxyError, target = "http://a.test/"): string {
  const request = requestOf(`GET ${target} HTTP/1.1`, "Host: a.test");
  return new TextDecoder().decode(errorPage(exchangeOf(request), error));
}

Deno.test("errorPage() names status, reason, request, code and id", () => {
  const page = pageOf(
    new ProxyError(502, "origin", "dns_error", "the name is unknown"),
  );
  assertStringIncludes(page, "<title>502 Bad Gateway</title>");
  assertStringIncludes(page, "<p>The name is unknown.</p>");
  assertStringIncludes(page, "GET http://a.test/");
  assertStringIncludes(page, "dns_error");
  assertStringIncludes(page, "test-1");
});

Deno.test("errorPage() names the rule that failed, where one did", () => {
  const error = new ProxyError(503, "proxy", "proxy_internal_error", "x");
  const { status, side, code, message } = error;
  const told = { status, side, code, message, rule: "<no_ads>" };
  const page = new TextDecoder().decode(errorPage(exchangeOf(), told));
  assertStringIncludes(page, "<dt>Rule</dt><dd>&#60;no_ads&#62;</dd>");
  assertEquals(pageOf(error).includes("<dt>Rule</dt>"), false);
});

Deno.test("errorPage() says whose fault it is", () => {
  const whose = (["client", "origin", "proxy"] as const).map((side) =>
    pageOf(new ProxyError(500, side, "proxy_internal_error", "x"))
  );
  assertStringIncludes(whose[0]!, "can&#39;t accept".replace("&#39;", "'"));
  assertStringIncludes(whose[1]!, "The proxy works");
  assertStringIncludes(whose[2]!, "could not do its part");
});

Deno.test("errorPage() has a title for a status that nobody registered", () => {
  const page = pageOf(
    new ProxyError(599, "proxy", "proxy_internal_error", "x"),
  );
  assertStringIncludes(page, "<title>599 Error</title>");
});

Deno.test("errorPage() escapes what came from the network", () => {
  const error = new ProxyError(502, "origin", "dns_error", "<script>'x'");
  const page = pageOf(error, "http://a.test/<script>");
  assertEquals(page.includes("<script>"), false);
});

Deno.test("escapeHtml() leaves no character that HTML reads as its own", () => {
  assertEquals(
    escapeHtml(`<a b="c" d='e'>&`),
    "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;",
  );
  assertEquals(escapeHtml("tab\tand\nline"), "tab\tand\nline");
  assertEquals(escapeHtml("\x00\x1b\x7f"), "\ufffd\ufffd\ufffd");
});
