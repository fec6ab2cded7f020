import { assertEquals } from "@std/assert";
import { harEntry } from "../../src/log/har_entry.ts";
import { storedSample } from "./stored_sample.ts";

Deno.test("harEntry() has all that is known of an exchange", () => {
  const entry = harEntry(storedSample({
    client: { ip: "::1", port: 5, user: "ann" },
    status: 403,
    outcome: "blocked",
    rule: "ads",
    reason: "no ads",
    policyVersion: "7",
    cacheStatus: "sluice; fwd=bypass",
    errorCode: "http_request_denied",
    decisions: [{
      rule: "ads",
      phase: "request",
      action: "block",
      reason: "no ads",
      report: false,
      ms: 1,
    }],
  }));
  assertEquals(JSON.parse(JSON.stringify(entry)), {
    startedDateTime: "2026-01-31T08:15:00.250Z",
    time: 12.346,
    request: {
      method: "GET",
      url: "http://www.example.com/assets/app/main.3f9d2c.js?version=12",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      queryString: [{ name: "version", value: "12" }],
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status: 403,
      statusText: "Forbidden",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      content: { size: -1, mimeType: "x-unknown" },
      redirectURL: "",
      headersSize: -1,
      bodySize: -1,
      _transferSize: 18_345,
    },
    cache: {},
    timings: {
      blocked: -1,
      dns: -1,
      connect: 3.5,
      ssl: -1,
      send: 0,
      wait: 6.75,
      receive: 2.096,
    },
    serverIPAddress: "198.51.100.7",
    connection: "5",
    comment: "blocked: no ads",
    _id: "0f3k9z-1a",
    _client: { ip: "::1", port: 5, user: "ann" },
    _outcome: "blocked",
    _rule: "ads",
    _reason: "no ads",
    _decisions: [{
      rule: "ads",
      phase: "request",
      action: "block",
      reason: "no ads",
      ms: 1,
    }],
    _policy: "7",
    _cache: "sluice; fwd=bypass",
    _error: { code: "http_request_denied" },
    _bytesIn: 412,
  });
});

Deno.test("harEntry() makes an absolute URL of whatever was asked for", () => {
  const url = (method: string, url: string, targetHost = "a.example") =>
    harEntry(storedSample({ method, url, targetHost, targetPort: 8080 }))
      .request.url;
  assertEquals(url("CONNECT", "a.example:8443"), "https://a.example:8443/");
  assertEquals(url("CONNECT", "[::1]:8443"), "https://[::1]:8443/");
  assertEquals(url("GET", "/path?q"), "http://a.example:8080/path?q");
  assertEquals(url("GET", "/path", "::1"), "http://[::1]:8080/path");
  assertEquals(url("OPTIONS", "*"), "http://a.example:8080/*");
  assertEquals(url("GET", "http://["), "http://a.example:8080/");
  assertEquals(url("", "", ""), "about:invalid");
});

Deno.test("harEntry() shows no part of a masked query", () => {
  const masked = storedSample({ url: "http://a.example/x?…" });
  assertEquals(harEntry(masked).request.queryString, []);
});

Deno.test("harEntry() decodes a query, with fields of one name", () => {
  const record = storedSample({ url: "http://a.example/?a=1&a=%202&b" });
  assertEquals(harEntry(record).request.queryString, [
    { name: "a", value: "1" },
    { name: "a", value: " 2" },
    { name: "b", value: "" },
  ]);
});
