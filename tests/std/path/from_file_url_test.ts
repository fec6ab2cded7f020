import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";

Deno.test("fromFileUrl() gives the path of a URL or its text", () => {
  assertEquals(fromFileUrl(new URL("file:///srv/rules")), "/srv/rules");
  assertEquals(fromFileUrl("file:///srv/my%20rules/"), "/srv/my rules/");
  assertEquals(fromFileUrl("file:///"), "/");
  assertEquals(fromFileUrl(import.meta.url), import.meta.filename);
});

Deno.test("fromFileUrl() is lenient where node:url is not", () => {
  assertEquals(fromFileUrl("file:///100%"), "/100%");
  assertEquals(fromFileUrl("file:///a%2Fb"), "/a/b");
  assertEquals(fromFileUrl("file://host/a"), "/a");
});

Deno.test("fromFileUrl() refuses other schemes and what is no URL", () => {
  assertThrows(
    () => fromFileUrl("http://a/b"),
    TypeError,
    'URL must be a file URL: received "http:"',
  );
  assertThrows(() => fromFileUrl("/srv/rules"), TypeError);
  assertThrows(() => fromFileUrl("file:///%FF"), URIError);
});
