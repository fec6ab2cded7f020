import {
  assertEquals,
  assertNotEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { opening, parseParent, Router } from "../../src/net/route.ts";

const ORIGIN = { host: "origin.test", port: 8000 };
const OTHER = { host: "other.test", port: 8000 };

Deno.test("parseParent() reads scheme, host and port", () => {
  assertEquals(parseParent("http://Parent.test:3128"), {
    scheme: "http",
    authority: { host: "parent.test", port: 3128 },
    label: "http://parent.test:3128",
  });
});

Deno.test("parseParent() knows the default ports", () => {
  assertEquals(parseParent("http://p.test").authority.port, 80);
  assertEquals(parseParent("http://p.test:80").authority.port, 80);
  assertEquals(parseParent("https://p.test").authority.port, 443);
  assertEquals(parseParent("socks5://P.test").authority, {
    host: "p.test",
    port: 1080,
  });
});

Deno.test("parseParent() takes the brackets off an IPv6 address", () => {
  for (const scheme of ["http", "https", "socks5"]) {
    const { authority, label } = parseParent(`${scheme}://[::1]:99`);
    assertEquals(authority, { host: "::1", port: 99 });
    assertEquals(label, `${scheme}://[::1]:99`);
  }
});

Deno.test("parseParent() decodes credentials and keeps them out of the label", () => {
  const parent = parseParent("http://us%40er:p%3Ass%20w@p.test");
  assertEquals(parent.credentials, { user: "us@er", password: "p:ss w" });
  assertEquals(parent.label, "http://p.test:80");
});

Deno.test("parseParent() takes a user without a password", () => {
  const { credentials } = parseParent("http://me@p.test");
  assertEquals(credentials, { user: "me", password: "" });
});

Deno.test("parseParent() refuses other schemes, and what is no URL", () => {
  for (
    const text of ["ftp://p.test", "socks4://p.test", "p.test:80", "p", ""]
  ) {
    assertThrows(() => parseParent(text), TypeError, undefined, text);
  }
});

Deno.test("parseParent() refuses a URL without a host", () => {
  for (const text of ["socks5://", "socks5:p.test"]) {
    assertThrows(() => parseParent(text), TypeError, undefined, text);
  }
});

Deno.test("parseParent() refuses credentials with a broken escape", () => {
  assertThrows(() => parseParent("http://a%zz:b@p.test"), TypeError);
});

Deno.test("Router.route() goes straight where there is no parent", () => {
  const route = new Router().route("http", ORIGIN);
  assertEquals(route, {
    destination: ORIGIN,
    isTls: false,
    isTunnel: false,
    parent: undefined,
    key: "http://origin.test:8000",
  });
});

Deno.test("Router.route() says where TLS and a tunnel are wanted", () => {
  const router = new Router();
  const flags = (scheme: "http" | "https" | "tunnel") => {
    const { isTls, isTunnel } = router.route(scheme, ORIGIN);
    return { isTls, isTunnel };
  };
  assertEquals(flags("https"), { isTls: true, isTunnel: false });
  assertEquals(flags("tunnel"), { isTls: false, isTunnel: true });
});

Deno.test("Router.route() gives no key to two origins, ports or schemes", () => {
  for (const parent of [undefined, parseParent("socks5://p.test")]) {
    const router = new Router(parent);
    const keys = [
      router.route("http", ORIGIN),
      router.route("http", OTHER),
      router.route("http", { ...ORIGIN, port: 8001 }),
      router.route("https", ORIGIN),
      router.route("tunnel", ORIGIN),
    ].map((route) => route.key);
    assertEquals(new Set(keys).size, keys.length);
  }
});

Deno.test("Router.route() shares a parent's connections among origins for http only", () => {
  for (const url of ["http://p.test", "https://p.test"]) {
    const router = new Router(parseParent(url));
    const key = (scheme: "http" | "https", to: typeof ORIGIN) =>
      router.route(scheme, to).key;
    assertEquals(key("http", ORIGIN), key("http", OTHER));
    assertNotEquals(key("https", ORIGIN), key("https", OTHER));
    assertNotEquals(key("http", ORIGIN), key("https", ORIGIN));
    assertNotEquals(
      key("http", ORIGIN),
      new Router().route("http", ORIGIN).key,
    );
  }
});

Deno.test("Router.route() gives what may be an address a key of its own at a parent", () => {
  const router = new Router(parseParent("http://parent.test"));
  const key = (host: string) => router.route("http", { host, port: 80 }).key;
  const shared = key("origin.test");
  for (const host of ["other.test.", "1.example", "a-1.b_2", "localhost"]) {
    assertEquals(key(host), shared, host);
  }
  const addresses = ["10.0.0.1", "0x7f.1", "2130706433", "::1", "1.2.3.4.5"];
  const keys = addresses.map(key);
  assertEquals(new Set([...keys, shared]).size, addresses.length + 1);
});

Deno.test("Router.route() keeps credentials out of the key", () => {
  const parent = parseParent("http://me:secret@p.test");
  const { key } = new Router(parent).route("https", ORIGIN);
  assertEquals(key.includes("secret"), false);
});

const NO_PROXY: readonly [string, string, boolean][] = [
  ["*", "any.test", true],
  ["origin.test", "origin.test", true],
  [" Origin.TEST ", "origin.test", true],
  ["origin.test", "a.origin.test", false],
  ["origin.test", "xorigin.test", false],
  [".origin.test", "a.b.origin.test", true],
  [".origin.test", "origin.test", true],
  [".origin.test", "origin.test.", true],
  [".origin.test", "xorigin.test", false],
  ["*.origin.test", "a.origin.test", true],
  ["*.origin.test", "origin.test", false],
  ["*.origin.test", "xorigin.test", false],
  ["10.0.0.0/8", "10.1.2.3", true],
  ["10.0.0.0/8", "11.1.2.3", false],
  ["10.0.0.0/8", "10.test", false],
  ["10.0.0.0/8", "::1", false],
  ["fd00::/8", "fd12::1", true],
  ["fd00::/8", "10.1.2.3", false],
  ["192.0.2.1", "192.0.2.1", true],
  ["[::1]", "::1", true],
  ["::1", "::1", true],
];

Deno.test("Router.route() leaves out the parent for what noProxy names", () => {
  const parent = parseParent("http://p.test");
  for (const [pattern, host, isDirect] of NO_PROXY) {
    const router = new Router(parent, ["unrelated.test", pattern]);
    const route = router.route("http", { host, port: 80 });
    assertStrictEquals(
      route.parent,
      isDirect ? undefined : parent,
      `${pattern} for ${host}`,
    );
  }
});

Deno.test("opening() shares connections with the same ranges alone", () => {
  const route = new Router().route("http", ORIGIN);
  assertStrictEquals(opening(route, undefined), route);
  const opened = opening(route, ["10.0.0.0/8", "::1"]);
  assertEquals({ ...opened, key: "" }, {
    ...route,
    opened: ["10.0.0.0/8", "::1"],
    key: "",
  });
  const keys = [route, opened, opening(route, ["10.0.0.0/8"])];
  assertEquals(new Set(keys.map(({ key }) => key)).size, 3);
  assertEquals(opening(route, ["10.0.0.0/8", "::1"]).key, opened.key);
});
