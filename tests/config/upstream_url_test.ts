import { assertEquals, assertThrows } from "@std/assert";
import {
  hideCredentials,
  UPSTREAM_DEFAULT_PORTS,
  upstreamUrl,
} from "../../src/config/upstream_url.ts";
import { OptionError } from "../../src/config/option_error.ts";

Deno.test("upstreamUrl() takes http, https and socks5 URLs as written", () => {
  const texts = [
    "http://proxy.example:3128",
    "http://proxy.example",
    "https://user:p%40ss@proxy.example/",
    "HTTP://proxy.example:80",
    "socks5://127.0.0.1",
    "socks5://user@[::1]:1080",
  ];
  for (const text of texts) {
    assertEquals(upstreamUrl().read(text, "--upstream"), text);
  }
});

Deno.test("upstreamUrl() refuses other schemes and further parts", () => {
  const texts = [
    "",
    "proxy.example:3128",
    "ftp://proxy.example",
    "socks4://proxy.example",
    "http:proxy.example",
    "http:///proxy.example",
    "http://",
    "socks5://:1080",
    "http://proxy.example:0",
    "http://proxy.example:65536",
    "http://proxy.example/path",
    "http://proxy.example?query",
    "http://proxy.example/#",
    "http://proxy .example",
    "http://proxy\t.example",
    "http:\\\\proxy.example",
    "http://us%er@proxy.example",
  ];
  for (const text of texts) {
    assertThrows(() => upstreamUrl().read(text, "--upstream"), OptionError);
  }
});

Deno.test("upstreamUrl() keeps credentials out of its errors", () => {
  for (
    const text of [
      "ftp://user:secret@host",
      "user:secret@host:80",
      "http://user:secret@x@host/path",
    ]
  ) {
    const error = assertThrows(
      () => upstreamUrl().read(text, "--upstream"),
      OptionError,
    );
    assertEquals(error.message.includes("secret"), false, error.message);
    assertEquals(error.got?.includes("secret"), false);
  }
});

Deno.test("hideCredentials() leaves the rest of the URL readable", () => {
  assertEquals(hideCredentials("http://u:p@host:1"), "http://***@host:1");
  assertEquals(hideCredentials("http://host:1"), "http://host:1");
});

Deno.test("UPSTREAM_DEFAULT_PORTS has a port for each scheme", () => {
  assertEquals(UPSTREAM_DEFAULT_PORTS, {
    "http:": 80,
    "https:": 443,
    "socks5:": 1080,
  });
});
