import { assert, assertEquals, assertThrows } from "@std/assert";
import { OwnListeners } from "../../src/policy/own_listeners.ts";

const LOCAL = ["127.0.0.1", "::1", "192.168.1.5", "FE80::5%eth0"];

function isOwn(listener: string, address: string): boolean {
  const own = new OwnListeners([{ host: listener, port: 8080 }], LOCAL);
  assert(!own.includes(address, 8081), "at another port");
  return own.includes(address, 8080);
}

Deno.test("OwnListeners knows where a listener is reached", () => {
  const cases: [listener: string, own: string[], others: string[]][] = [
    ["127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "::1", "192.168.1.5"]],
    ["::1", ["::1"], ["127.0.0.1"]],
    ["localhost", ["127.0.0.1", "::1"], ["192.168.1.5"]],
    ["192.168.1.5", ["192.168.1.5"], ["127.0.0.1", "192.168.1.6"]],
    ["::ffff:192.168.1.5", ["192.168.1.5"], ["::1"]],
    ["0.0.0.0", ["127.9.9.9", "192.168.1.5", "fe80::5"], ["192.168.1.6"]],
    ["::", ["127.0.0.1", "127.9.9.9", "::1", "192.168.1.5"], ["fe80::6"]],
  ];
  for (const [listener, own, others] of cases) {
    for (const address of [...own, "0.0.0.0", "::"]) {
      assert(isOwn(listener, address), `${address} at ${listener}`);
    }
    for (const address of others) {
      assert(!isOwn(listener, address), `${address} not at ${listener}`);
    }
  }
});

Deno.test("OwnListeners keeps listeners at one port apart from those at another", () => {
  const own = new OwnListeners([
    { host: "127.0.0.1", port: 8080 },
    { host: "::1", port: 8080 },
    { host: "127.0.0.3", port: 8443 },
  ], []);
  assertEquals(
    [8080, 8443, 80].map((port) => own.hasPort(port)),
    [true, true, false],
  );
  assert(own.includes("127.0.0.1", 8080) && own.includes("::1", 8080));
  assert(!own.includes("127.0.0.1", 8443) && own.includes("127.0.0.3", 8443));
});

Deno.test("OwnListeners refuses a listener at a name", () => {
  assertThrows(
    () => new OwnListeners([{ host: "proxy.example", port: 1 }], []),
    TypeError,
    `Cannot tell the proxy's own addresses: "proxy.example" is none`,
  );
});

Deno.test("OwnListeners tells ports at which each of the machine's addresses is ours", () => {
  const own = new OwnListeners([
    { host: "0.0.0.0", port: 8080 },
    { host: "192.168.1.5", port: 8443 },
  ], []);
  assertEquals(
    [8080, 8443, 80].map((port) => own.hasEverywhere(port)),
    [true, false, false],
  );
});
