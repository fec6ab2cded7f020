import { assertEquals } from "@std/assert";
import {
  connectSubject,
  requestData,
  requestSubject,
} from "../../src/proxy/request_view.ts";
import { absoluteTargetOf, exchangeOf, requestOf } from "./wire_values.ts";

Deno.test("requestData() has what matchers see, and the URL as it came", () => {
  const url = "http://A.Test.:81/x/%2e%2E/y?q=%41";
  const request = requestOf(`GET ${url} HTTP/1.1`, "Host: a.test", "X-A: 1");
  const exchange = exchangeOf(request);
  const target = absoluteTargetOf(request);
  const subject = requestSubject(exchange, request.head, target);
  assertEquals(requestData(exchange, request.head, subject, "body"), {
    id: "test-1",
    method: "GET",
    url,
    scheme: "http",
    host: "a.test",
    port: 81,
    path: "/y",
    query: "?q=%41",
    headers: ["host", "a.test", "x-a", "1"],
    clientIp: "192.0.2.1",
    clientPort: 50_000,
    user: undefined,
    timeMs: exchange.timeMs,
    body: "body",
  });
});

Deno.test("connectSubject() has an empty path, and https for its scheme", () => {
  const { head } = requestOf("CONNECT A.test:443 HTTP/1.1", "Host: a.test");
  const authority = { host: "a.test.", port: 443 };
  const subject = connectSubject(exchangeOf(), head, authority);
  const { phase, method, scheme, host, port, path, query } = subject;
  assertEquals(
    [phase, method, scheme, host, port, path, query],
    ["connect", "CONNECT", "https", "a.test", 443, "", ""],
  );
});
