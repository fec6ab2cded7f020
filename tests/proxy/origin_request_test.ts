import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Request } from "../../src/http1/request.ts";
import { parseParent, Router } from "../../src/net/route.ts";
import { originRequestHead } from "../../src/proxy/origin_request.ts";
import { absoluteTargetOf, getOf, requestOf } from "./wire_values.ts";

function headOf(request: Request, parent?: string, upgrade = ""): string {
  const target = absoluteTargetOf(request);
  const router = new Router(
    parent === undefined ? undefined : parseParent(parent),
  );
  const route = router.route(target.scheme, target.authority);
  return originRequestHead(request, target, route, "1.1 us", upgrade);
}

Deno.test("originRequestHead() asks an origin by path and a parent by URL", () => {
  const direct = "GET / HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 us\r\n\r\n";
  assertEquals(headOf(getOf()), direct);
  assertEquals(headOf(getOf(), "socks5://p.test"), direct);
  assertEquals(
    headOf(getOf(), "http://p.test"),
    direct.replace("GET /", "GET http://a.test/"),
  );
});

Deno.test("originRequestHead() gives credentials to the parent that they are for", () => {
  const client = "Proxy-Authorization: Basic bWluZQ==";
  const line = `Proxy-Authorization: Basic ${btoa("u:p")}\r\n`;
  const text = headOf(getOf(client), "http://u:p@p.test");
  assertStringIncludes(text, line);
  assertEquals(text.includes("bWluZQ"), false);
  assertEquals(headOf(getOf(client)).includes("Proxy-"), false);
  const throughSocks = headOf(getOf(client), "socks5://u:p@p.test");
  assertEquals(throughSocks.includes("Proxy-"), false);
});

Deno.test("originRequestHead() gives none to an origin by TLS", () => {
  const secure = requestOf("GET https://a.test/ HTTP/1.1", "Host: a.test");
  const text = headOf(secure, "http://u:p@p.test");
  assertStringIncludes(text, "GET / HTTP/1.1\r\n");
  assertEquals(text.includes("Proxy-"), false);
});

Deno.test("originRequestHead() keeps the framing and states it anew", () => {
  const post = (...lines: string[]) =>
    headOf(
      requestOf("POST http://a.test/ HTTP/1.1", "Host: a.test", ...lines),
    );
  assertStringIncludes(post("Content-Length: 007"), "Content-Length: 7\r\n");
  assertStringIncludes(post("Content-Length: 0"), "Content-Length: 0\r\n");
  assertStringIncludes(
    post("transfer-encoding: CHUNKED"),
    "Transfer-Encoding: chunked\r\n",
  );
  assertEquals(/content-length|encoding/i.test(post()), false);
});

Deno.test("originRequestHead() has Connection lines of its own only", () => {
  const asked = getOf("Connection: Upgrade, TE", "Upgrade: a", "TE: trailers");
  assertStringIncludes(
    headOf(asked, undefined, "a"),
    "Connection: Upgrade\r\nUpgrade: a\r\n",
  );
  assertStringIncludes(headOf(asked), "Connection: TE\r\nTE: trailers\r\n");
  assertEquals(
    headOf(getOf("Connection: close")).includes("Connection"),
    false,
  );
});

Deno.test("originRequestHead() asks for * where OPTIONS has no path", () => {
  const options = requestOf("OPTIONS http://a.test HTTP/1.1", "Host: a.test");
  assertStringIncludes(headOf(options), "OPTIONS * HTTP/1.1\r\n");
  assertStringIncludes(
    headOf(options, "http://p.test"),
    "OPTIONS http://a.test HTTP/1.1\r\n",
  );
});
