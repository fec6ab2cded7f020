import { assertEquals, assertThrows } from "@std/assert";
import { ProxyError, WireError } from "../../src/errors.ts";
import { parseRequestHead } from "../../src/http1/head.ts";
import { understandRequest } from "../../src/http1/request.ts";
import {
  absoluteHead,
  refuseOtherOrigin,
  tunnelOrigin,
} from "../../src/proxy/intercepted_request.ts";

const ORIGIN = tunnelOrigin("https", { host: "a.test", port: 443 });

function judged(line: string, ...fields: string[]) {
  const head = parseRequestHead([line, ...fields, "", ""].join("\r\n"));
  const request = understandRequest(absoluteHead(head, ORIGIN));
  refuseOtherOrigin(request, ORIGIN);
  return request;
}

function refusal(line: string, ...fields: string[]): number {
  return assertThrows(() => judged(line, ...fields), ProxyError).status;
}

Deno.test("absoluteHead() gives a path the tunnel's own origin", () => {
  const cases: [line: string, url: string, path: string][] = [
    ["GET /x?y HTTP/1.1", "https://a.test/x?y", "/x?y"],
    ["GET //b.test/x HTTP/1.1", "https://a.test//b.test/x", "//b.test/x"],
    ["OPTIONS * HTTP/1.1", "https://a.test", "*"],
    ["GET https://a.test/x HTTP/1.1", "https://a.test/x", "/x"],
    ["GET https://A.TEST:443/ HTTP/1.1", "https://A.TEST:443/", "/"],
  ];
  for (const [line, url, path] of cases) {
    const { head, target } = judged(line, "Host: a.test");
    assertEquals(head.target, url);
    assertEquals(target.form === "absolute" && target.path, path);
  }
  const other = tunnelOrigin("http", { host: "::1", port: 8080 });
  const head = parseRequestHead("GET / HTTP/1.0\r\n\r\n");
  assertEquals(absoluteHead(head, other).target, "http://[::1]:8080/");
});

Deno.test("refuseOtherOrigin() takes every spelling of the tunnel's host", () => {
  for (const host of ["a.test", "A.Test", "a.test.", "a.test:443"]) {
    judged("GET / HTTP/1.1", `Host: ${host}`);
  }
  judged("GET / HTTP/1.0");
});

Deno.test("refuseOtherOrigin() refuses what is for another one", () => {
  const others = ["b.test", "a.test:8443", "", "x.a.test", "a.test:80"];
  for (const host of others) {
    assertEquals(refusal("GET / HTTP/1.1", `Host: ${host}`), 421, host);
  }
  const urls = [
    "https://b.test/",
    "http://a.test/",
    "http://a.test:443/",
    "https://a.test:444/",
    "http://proxy-stats/",
  ];
  for (const url of urls) {
    assertEquals(refusal(`GET ${url} HTTP/1.1`, "Host: a.test"), 421, url);
  }
  assertEquals(refusal("CONNECT b.test:443 HTTP/1.1", "Host: b.test"), 405);
  assertThrows(() => judged("GET * HTTP/1.1", "Host: a.test"), WireError);
});
