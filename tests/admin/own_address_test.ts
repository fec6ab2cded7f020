import { assertEquals } from "@std/assert";
import { ownAddress } from "../../src/admin/own_address.ts";

Deno.test("ownAddress() is the reader's, unless that is the pages' own name", () => {
  const cases = [
    ["http://box.lan:8080/", "http://127.0.0.1:8080", "http://box.lan:8080"],
    ["http://proxy-stats/", "http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://[::1]:8443/x", "https://0.0.0.0:8443", "https://[::1]:8443"],
  ] as const;
  for (const [url, address, own] of cases) {
    assertEquals(ownAddress(url, address), own);
  }
});
