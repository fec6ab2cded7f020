import { assertEquals } from "@std/assert";
import { proxyPac } from "../../src/admin/proxy_pac.ts";

Deno.test("proxyPac() leads to the proxy, but for this machine", () => {
  const route = (host: string) =>
    new Function(
      `${proxyPac("[::1]:8080")}; return FindProxyForURL("", "${host}")`,
    )();
  assertEquals(route("example.com"), "PROXY [::1]:8080");
  assertEquals(route("localhost"), "DIRECT");
});
