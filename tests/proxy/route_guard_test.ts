import { assertEquals, assertThrows } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import {
  opening,
  parseParent,
  type Route,
  Router,
} from "../../src/net/route.ts";
import { IpRangeSet } from "../../src/policy/ip_range_set.ts";
import { Lists } from "../../src/policy/lists.ts";
import { OwnList } from "../../src/policy/lists/own_list.ts";
import { OwnListeners } from "../../src/policy/own_listeners.ts";
import { ListBook } from "../../src/proxy/list_book.ts";
import { RouteGuard } from "../../src/proxy/route_guard.ts";

const PROXY_PORT = 8080;

const OPTIONS = {
  privateAddresses: "deny",
  allowedRanges: new IpRangeSet(["10.1.0.0/16"], "--allow-address"),
  ownListeners: new OwnListeners(
    [{ host: "203.0.113.5", port: PROXY_PORT }],
    [],
  ),
} as const;
const guard = new RouteGuard(OPTIONS, new ListBook());

/** A guard with one list of the operator's. */
function guardWith(entry: string, action: "block" | "allow"): RouteGuard {
  const list = new OwnList({ name: "admin page", kind: "admin" });
  list.add({ entry, action });
  return new RouteGuard(OPTIONS, bookOf(list));
}

function bookOf(list: OwnList): ListBook {
  const book = new ListBook();
  book.current = new Lists([list]);
  return book;
}

Deno.test("RouteGuard closes addresses that a list blocks", () => {
  const guard = guardWith("198.18.7.0/24", "block");
  const open = guardWith("192.0.2.0/24", "block");
  assertEquals(
    open.allowed(direct("a.example"), ["192.0.2.7", "93.184.215.14"]),
    ["93.184.215.14"],
  );
  const error = assertThrows(
    () => guard.allowed(direct("a.example"), ["198.18.7.1"]),
    ProxyError,
    "blocked by 198.18.7.0/24 (admin page)",
  );
  assertEquals([error.status, error.outcome], [403, "blocked"]);
});

Deno.test("RouteGuard opens what a list allows by its range, and by no name", () => {
  const byRange = guardWith("10.9.0.0/16", "allow");
  assertEquals(byRange.allowed(direct("a.example"), ["10.9.1.1"]), [
    "10.9.1.1",
  ]);
  const byName = guardWith("a.example", "allow");
  assertThrows(
    () => byName.allowed(direct("a.example"), ["10.9.1.1"]),
    ProxyError,
    "private address",
  );
});

Deno.test("RouteGuard opens no way back to the proxy, whatever a list allows", () => {
  const guard = guardWith("203.0.113.0/24", "allow");
  assertThrows(
    () => guard.allowed(direct("a.example", PROXY_PORT), ["203.0.113.5"]),
    ProxyError,
    "leads back",
  );
});

Deno.test("RouteGuard opens what a rule opened for the route, and no more", () => {
  const route = opening(direct("a.example"), ["10.9.0.0/16", "fd00::7"]);
  const found = ["10.9.1.1", "10.8.1.1", "fd00::7", "fd00::8", "10.1.0.1"];
  assertEquals(guard.allowed(route, found), [
    "10.9.1.1",
    "fd00::7",
    "10.1.0.1",
  ]);
  assertThrows(
    () => guard.allowed(direct("a.example"), ["10.9.1.1"]),
    ProxyError,
    "10.9.1.1 is a private address",
  );
  // As --allow-address opens an IPv4 address within an IPv6 address.
  assertEquals(guard.allowed(route, ["64:ff9b::a09:101"]), [
    "64:ff9b::a09:101",
  ]);
});

Deno.test("RouteGuard opens an address through a parent where a rule opened it", () => {
  const route = through("http://192.168.0.1:3128", "10.2.0.1");
  assertEquals(refusal(() => guard.firstHost(route)).status, 403);
  assertEquals(guard.firstHost(opening(route, ["10.2.0.0/24"])), "192.168.0.1");
});

Deno.test("RouteGuard keeps closed what a list blocks and the proxy itself, whatever a rule opens", () => {
  const route = opening(direct("a.example"), ["0.0.0.0/0"]);
  const listed = guardWith("10.9.0.0/16", "block");
  assertEquals(
    refusal(() => listed.allowed(route, ["10.9.1.1"])).outcome,
    "blocked",
  );
  assertEquals(listed.allowed(route, ["10.9.1.1", "10.8.1.1"]), ["10.8.1.1"]);
  const back = opening(direct("a.example", PROXY_PORT), ["0.0.0.0/0"]);
  assertEquals(refusal(() => guard.allowed(back, ["203.0.113.5"])).status, 508);
});

Deno.test("RouteGuard judges by ranges alone what was allowed by more than its name", () => {
  const list = new OwnList({ name: "--allow", kind: "option" });
  list.add({ entry: "10.0.0.0/8", action: "allow" });
  list.add({ entry: "http://a.example/down/", action: "allow" });
  const guard = new RouteGuard(OPTIONS, bookOf(list));
  assertEquals(guard.allowed(direct("a.example"), ["8.8.8.8"]), ["8.8.8.8"]);
});

Deno.test("RouteGuard.isStillAllowed() sees what lists have become", () => {
  const list = new OwnList({ name: "admin page", kind: "admin" });
  const guard = new RouteGuard(OPTIONS, bookOf(list));
  const route = direct("a.example");
  assertEquals(guard.isStillAllowed(route, "8.8.8.8"), true);
  list.add({ entry: "8.8.8.0/24", action: "block" });
  assertEquals(guard.isStillAllowed(route, "8.8.8.8"), false);
  list.remove("8.8.8.0/24");
  list.add({ entry: "10.9.0.0/16", action: "allow" });
  assertEquals(guard.isStillAllowed(route, "8.8.8.8"), true);
  assertEquals(guard.isStillAllowed(route, "10.9.1.1"), true);
  list.remove("10.9.0.0/16");
  assertEquals(guard.isStillAllowed(route, "10.9.1.1"), false);
  // What is behind a parent is the parent's.
  const parent = through("http://192.168.0.1:3128", "a.example");
  assertEquals(guard.isStillAllowed(parent, "192.168.0.1"), true);
});

function direct(host: string, port = 80, scheme = "http" as const): Route {
  return new Router().route(scheme, { host, port });
}

function through(parent: string, host: string): Route {
  return new Router(parseParent(parent)).route("http", { host, port: 80 });
}

function refusal(what: () => unknown): Partial<ProxyError> {
  const { status, code, outcome, message } = assertThrows(what, ProxyError);
  return { status, code, outcome, message };
}

Deno.test("RouteGuard.firstHost() is the destination in one spelling", () => {
  assertEquals(guard.firstHost(direct("Example.COM.")), "example.com");
  assertEquals(guard.firstHost(direct("0x7f.1")), "127.0.0.1");
  assertEquals(guard.firstHost(direct("::ffff:7f00:1")), "127.0.0.1");
});

Deno.test("RouteGuard.firstHost() refuses what is no host", () => {
  assertEquals(refusal(() => guard.firstHost(direct("1.2.3.4.5"))), {
    status: 400,
    code: "http_request_error",
    outcome: "error",
    message: '"1.2.3.4.5" is neither name nor address',
  });
});

Deno.test("RouteGuard.firstHost() leaves names to a parent, and judges addresses", () => {
  const parent = "http://192.168.0.1:3128";
  for (const host of ["intranet", "localhost", "8.8.8.8", "10.1.2.3"]) {
    assertEquals(guard.firstHost(through(parent, host)), "192.168.0.1", host);
  }
  for (const host of ["10.2.0.1", "0x7f.1", "::1"]) {
    const { status, code } = refusal(() =>
      guard.firstHost(through(parent, host))
    );
    assertEquals([status, code], [403, "destination_ip_prohibited"], host);
  }
});

Deno.test("RouteGuard.allowed() leaves the addresses that are allowed, in their order", () => {
  const route = direct("example.com");
  const found = ["2606:4700::1", "10.0.0.1", "10.1.0.1", "8.8.8.8"];
  assertEquals(guard.allowed(route, found), [
    "2606:4700::1",
    "10.1.0.1",
    "8.8.8.8",
  ]);
});

Deno.test("RouteGuard.allowed() says why there is none", () => {
  const route = direct("example.com", 81);
  assertEquals(refusal(() => guard.allowed(route, ["10.0.0.1", "::1"])), {
    status: 403,
    code: "destination_ip_prohibited",
    outcome: "denied",
    message:
      "there is no way to example.com:81 through this proxy: 10.0.0.1 is a private address",
  });
});

Deno.test("RouteGuard.allowed() lets a parent be anywhere but here", () => {
  const found = ["10.0.0.1", "127.0.0.1"];
  const route = through("http://parent:8080", "example.com");
  assertEquals(guard.allowed(route, found), found);
  const { status, code } = refusal(() => guard.allowed(route, ["203.0.113.5"]));
  assertEquals([status, code], [508, "proxy_loop_detected"]);
});

Deno.test("RouteGuard.allowed() knows what leads back to the proxy", () => {
  const route = direct("example.com", PROXY_PORT);
  assertEquals(
    refusal(() => guard.allowed(route, ["203.0.113.5"])).status,
    508,
  );
  const tunnel = new Router().route("tunnel", route.destination);
  const { status, code } = refusal(() =>
    guard.allowed(tunnel, ["203.0.113.5"])
  );
  assertEquals([status, code], [403, "http_request_denied"]);
});

Deno.test("RouteGuard refuses what has led to an address that the machine got later", () => {
  const listeners = [{ host: "0.0.0.0", port: PROXY_PORT }];
  const ownListeners = new OwnListeners(listeners, []);
  const guard = new RouteGuard({ ...OPTIONS, ownListeners }, new ListBook());
  const late = "198.51.100.7";
  const routes = [
    [new Router().route("tunnel", { host: late, port: PROXY_PORT }), 403],
    [new Router().route("http", { host: late, port: PROXY_PORT }), 508],
  ] as const;
  for (const [route, status] of routes) {
    const error = assertThrows(
      () => guard.checkEnds(route, late, late),
      ProxyError,
    );
    assertEquals(error.status, status);
    guard.checkEnds(route, "198.51.100.8", late);
  }
  guard.checkEnds(direct(late), late, late);
  const elsewhere = new RouteGuard(OPTIONS, new ListBook());
  elsewhere.checkEnds(routes[0][0], late, late);
});
