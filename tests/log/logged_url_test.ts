import { assert, assertEquals } from "@std/assert";
import { loggedUrl } from "../../src/log/logged_url.ts";

function same(text: string): string {
  return text;
}

Deno.test("loggedUrl() masks user information", () => {
  const cases = [
    ["http://ann:secret@example.com/a", "http://***@example.com/a"],
    ["http://ann@example.com", "http://***@example.com"],
    ["http://ann:se@cret@example.com/", "http://***@example.com/"],
    ["HTTPS://ann:secret@[::1]:8443/a?b", "HTTPS://***@[::1]:8443/a?b"],
    ["//ann:secret@example.com/a", "//***@example.com/a"],
    ["ann:secret@example.com:443", "***@example.com:443"],
    ["http:/ann:secret@example.com/", "http:/***@example.com/"],
    ["http:\\\\ann:secret@example.com\\a", "http:\\\\***@example.com\\a"],
    ["http:ann:secret@example.com/", "***@example.com/"],
  ] as const;
  for (const [url, expected] of cases) {
    assertEquals(loggedUrl(url, true, same), expected);
  }
});

Deno.test("loggedUrl() masks a password that ends the authority early", () => {
  for (const delimiter of ["/", "?", "#", "\\"]) {
    const url = `http://ann:se${delimiter}cret@example.com/a`;
    assertEquals(loggedUrl(url, true, same), "http://***@example.com/a");
  }
});

Deno.test("loggedUrl() leaves an @ that is no user information", () => {
  const urls = [
    "http://example.com/@scope/name",
    "http://example.com:8080/a?mail=ann@example.org",
    "http://[::1]/@scope",
    "http://[::1]:80/@scope",
    "/@scope/name",
    "http://example.com/#@",
  ];
  for (const url of urls) assertEquals(loggedUrl(url, true, same), url);
});

Deno.test("loggedUrl() replaces the query where it is not wanted", () => {
  const cases = [
    ["http://example.com/a?token=secret", "http://example.com/a?…"],
    ["http://example.com/a?", "http://example.com/a?…"],
    ["/a?b?c", "/a?…"],
    ["http://ann:secret@example.com?b", "http://***@example.com?…"],
    ["http://example.com/a", "http://example.com/a"],
    ["example.com:443", "example.com:443"],
    ["", ""],
  ] as const;
  for (const [url, expected] of cases) {
    assertEquals(loggedUrl(url, false, same), expected);
  }
});

Deno.test("loggedUrl() escapes the URL and not its own mark", () => {
  const quoted = loggedUrl("/ą?ę", false, encodeURI);
  assertEquals(quoted, "/%C4%85?…");
});

Deno.test("loggedUrl() shows no secret, whatever stands around it", () => {
  const before = ["http://", "//", "", "http:", "ftp:///", "x:\\/"];
  const after = ["@h", "@h:1/p", "@[::1]?q", "@a@b/", "/@h", "?@h", "#x@h"];
  for (const start of before) {
    for (const end of after) {
      const shown = loggedUrl(`${start}ann:secret${end}`, true, same);
      assert(!shown.includes("secret"), shown);
    }
  }
});
