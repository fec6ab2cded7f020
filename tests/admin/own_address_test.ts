import { assertEquals } from "@std/assert";
import { ownAddress } from "../../src/admin/own_address.ts";

Deno.test("ownAddress() is the reader's, unless that is the pages' own name", () => {
  const cases: [
    url: string,
    address: string,
    localIp: string | undefined,
    own: string,
  ][] = [
    [
      "http://box.lan:8080/",
      "http://127.0.0.1:8080",
      "127.0.0.1",
      "http://box.lan:8080",
    ],
    // Another port leads here.
    [
      "http://box.lan:9000/",
      "http://0.0.0.0:8080",
      "172.17.0.2",
      "http://box.lan:9000",
    ],
    [
      "http://[::1]:8443/x",
      "https://0.0.0.0:8443",
      undefined,
      "https://[::1]:8443",
    ],
    [
      "http://proxy-stats/",
      "http://127.0.0.1:8080",
      "127.0.0.9",
      "http://127.0.0.1:8080",
    ],
    [
      "http://proxy-stats:8080/",
      "http://127.0.0.1:8080",
      undefined,
      "http://127.0.0.1:8080",
    ],
    [
      "http://proxy-stats./",
      "http://0.0.0.0:8080",
      "192.0.2.7",
      "http://192.0.2.7:8080",
    ],
    [
      "http://proxy-stats/",
      "https://[::]:8080",
      "2001:db8::7",
      "https://[2001:db8::7]:8080",
    ],
    ["http://proxy-stats/", "http://[::]:80", "192.0.2.7", "http://192.0.2.7"],
    // Nobody says where it was asked.
    [
      "http://proxy-stats/",
      "http://0.0.0.0:8080",
      undefined,
      "http://0.0.0.0:8080",
    ],
  ];
  for (const [url, address, localIp, own] of cases) {
    const context = { req: { url }, env: { client: { localIp } } };
    assertEquals(ownAddress(context, address), own, `${url} at ${address}`);
  }
});

Deno.test("ownAddress() can do without a client", () => {
  const context = { req: { url: "http://proxy-stats/" } };
  assertEquals(ownAddress(context, "http://[::1]:1"), "http://[::1]:1");
});
