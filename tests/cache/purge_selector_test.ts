import { assertEquals } from "@std/assert";
import { type PurgeSelector, selects } from "../../src/cache/purge_selector.ts";
import { stored } from "./stored_responses.ts";

const CASES: [selector: PurgeSelector, url: string, isSelected: boolean][] = [
  ["all", "http://a/", true],
  [{ url: "http://a/b?c" }, "http://a/b?c", true],
  [{ url: "http://a/b" }, "http://a/b?c", false],
  [{ prefix: "http://a/b" }, "http://a/b?c", true],
  [{ prefix: "http://a/b" }, "http://a/c", false],
  [{ host: "a.example" }, "http://a.example/", true],
  [{ host: "A.example" }, "https://a.EXAMPLE:8443/", true],
  [{ host: "a.example:8080" }, "http://a.example:8080/", true],
  [{ host: "a.example:8080" }, "http://a.example/", false],
  [{ host: "a.example" }, "http://b.a.example/", false],
  [{ host: "a.example" }, "http://b/?http://a.example/", false],
  [{ host: "::1" }, "http://[::1]:80/", true],
  [{ host: "[::1]" }, "http://[::1]/", true],
  [{ host: "a" }, "no URL", false],
  [{ url: "http://a.test/~b" }, "HTTP://A.test.:80/%7eb", true],
  [{ url: "http://A.test.:80/%7eb" }, "http://a.test/~b", true],
  [{ url: "http://a.test/b" }, "http://a.test/B", false],
  [{ prefix: "http://a.test/%7" }, "http://a.test/%7eb", true],
  [{ prefix: "http://a.test/%7Eb" }, "http://a.test/~b/c", true],
  [{ prefix: "http://a.te" }, "http://A.test.:80/", true],
  [{ prefix: "http://a.test" }, "http://b.test/http://a.test", false],
  [{ host: "a.test." }, "http://a.test/", true],
  [{ host: "a.test" }, "http://A.test./", true],
  [{ host: "a.test:80" }, "http://a.test/", true],
  [{ host: "a.test:80" }, "https://a.test/", false],
  [{ host: "a.test:443" }, "https://a.test/", true],
  [{ host: "0:0::1" }, "http://[::1]/", true],
  [{ host: "[0::1]:81" }, "http://[::1]:81/", true],
];

for (const [selector, url, isSelected] of CASES) {
  const name = JSON.stringify(selector);
  Deno.test(`selects() with ${name} ${isSelected ? "takes" : "leaves"} ${url}`, () => {
    assertEquals(selects(selector)(stored([], { url })), isSelected);
  });
}

Deno.test("selects() goes by the tags of a response", () => {
  const isSelected = selects({ tag: "x" });
  assertEquals(isSelected(stored([], { tags: ["y", "x"] })), true);
  assertEquals(isSelected(stored([], { tags: ["xy"] })), false);
});
