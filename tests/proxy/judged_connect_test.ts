import { assertEquals, assertStrictEquals } from "@std/assert";
import { JudgedConnect } from "../../src/proxy/judged_connect.ts";
import { exchangeOf, requestOf } from "./wire_values.ts";

Deno.test("JudgedConnect shows the CONNECT, which no rewrite changes", () => {
  const request = requestOf("CONNECT a.test:443 HTTP/1.1", "Host: a.test");
  const authority = { host: "a.test", port: 443 };
  const exchange = exchangeOf(request);
  const message = new JudgedConnect(exchange, request.head, authority);
  const { subject } = message;
  message.rewrite();
  assertStrictEquals(message.subject, subject);
  assertEquals(message.prepare(), true);
  const { method, url, path } = message.show().request;
  assertEquals([method, url, path], ["CONNECT", "a.test:443", ""]);
});
