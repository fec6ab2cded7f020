import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { PAGES_HOST, Self } from "../../src/proxy/self.ts";
import { getOf } from "./wire_values.ts";

const LISTENER = { host: "127.0.0.1", port: 3128 };

Deno.test("Self has ids and a pseudonym of its own", () => {
  const one = new Self([LISTENER]);
  const two = new Self([LISTENER]);
  assertNotEquals(one.pseudonym, two.pseudonym);
  assertMatch(one.pseudonym, /^[A-Za-z0-9-]+$/);
  const ids = Array.from({ length: 5000 }, () => one.nextId());
  assertEquals(new Set(ids).size, 5000);
});

Deno.test("via() says how the message came", () => {
  const self = new Self([LISTENER]);
  assertEquals(self.via(1), `1.1 ${self.pseudonym}`);
  assertEquals(self.via(0), `1.0 ${self.pseudonym}`);
});

Deno.test("isLoop() knows its own Via among others", () => {
  const self = new Self([LISTENER]);
  const other = new Self([LISTENER]);
  const isLoop = (...lines: string[]) =>
    self.isLoop(getOf(...lines).head.fields);
  assertEquals(isLoop(), false);
  assertEquals(isLoop(`Via: ${other.via(1)}`), false);
  assertEquals(
    isLoop("Via: 1.1 front", `Via: 1.1 x, ${self.via(0)} (why)`),
    true,
  );
});

Deno.test("isOwn() is the pages' name and where the proxy listens", () => {
  const self = new Self([LISTENER], ["192.0.2.7"], ["Box.lan"]);
  const own = [
    { host: PAGES_HOST, port: 80 },
    { host: PAGES_HOST + ".", port: 80 },
    LISTENER,
    { host: "localhost", port: 3128 },
    { host: "box.lan", port: 3128 },
  ];
  for (const authority of own) assert(self.isOwn(authority), authority.host);
  const others = [
    { host: "127.0.0.1", port: 80 },
    { host: "localhost", port: 80 },
    { host: "192.0.2.7", port: 3128 },
    { host: "example.com", port: 3128 },
  ];
  for (const authority of others) {
    assert(!self.isOwn(authority), authority.host);
  }
});

Deno.test("isOwn() is every address of the machine when it listens on all", () => {
  const self = new Self([{ host: "0.0.0.0", port: 3128 }], ["192.0.2.7"]);
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "192.0.2.7"]) {
    assert(self.isOwn({ host, port: 3128 }), host);
    assert(!self.isOwn({ host, port: 3129 }), host);
  }
});

Deno.test("isOwn() knows its address however it is spelled", () => {
  const self = new Self([LISTENER], ["192.0.2.7"]);
  const spellings = ["127.1", "0x7f000001", "::ffff:127.0.0.1", "0.0.0.0"];
  for (const host of [...spellings, "LOCALHOST", "localhost."]) {
    assert(self.isOwn({ host, port: 3128 }), host);
    assert(!self.isOwn({ host, port: 3129 }), host);
  }
  for (const host of ["127.0.0.2", "::1", "1.2.3.4.5", "localhost.example"]) {
    assert(!self.isOwn({ host, port: 3128 }), host);
  }
});

Deno.test("answersTo() takes no name that somebody else can point here", () => {
  const self = new Self([LISTENER], ["192.0.2.7"], ["box.lan"]);
  const ours = ["localhost", "box.lan", "127.0.0.1", "::1", "192.0.2.7"];
  const dotted = ["localhost.", "box.lan."];
  for (const host of [...ours, ...dotted, PAGES_HOST, PAGES_HOST + "."]) {
    assert(self.answersTo({ host, port: 80 }), host);
  }
  for (
    const host of [
      "rebound.example",
      "127.0.0.1.nip.example",
      "localhost..",
      "",
      ".",
    ]
  ) {
    assert(!self.answersTo({ host, port: 3128 }), host);
  }
});
