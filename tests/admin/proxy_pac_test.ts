import { assertEquals } from "@std/assert";
import { proxyPac } from "../../src/admin/proxy_pac.ts";

function route(address: string, host: string): string {
  const script = `${proxyPac(address)}; return FindProxyForURL("", "${host}")`;
  return new Function(script)();
}

Deno.test("proxyPac() leads to the proxy, but for this machine", () => {
  assertEquals(route("http://[::1]:8080", "example.com"), "PROXY [::1]:8080");
  assertEquals(route("http://[::1]:8080", "localhost"), "DIRECT");
});

Deno.test("proxyPac() says that the proxy is spoken to by TLS", () => {
  const address = "https://proxy.test:8443";
  assertEquals(route(address, "example.com"), "HTTPS proxy.test:8443");
});
