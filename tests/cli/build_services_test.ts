import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { buildServices } from "../../src/cli/build_services.ts";
import { type OpenParts, openParts } from "../../src/cli/open_parts.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import { Exchange } from "../../src/proxy/exchange.ts";

const SETTINGS: Settings = {
  ...defaultSettings(),
  port: 0,
  kvPath: ":memory:",
  logFile: undefined,
  rulesPath: undefined,
};
const OPTIONS = {
  address: "http://127.0.0.1:8080",
  lookUp: () => Promise.reject(new Error("no name server")),
  descriptorLimit: 1024,
  adminToken: "token",
  settingViews: [],
};

async function withParts(play: (parts: OpenParts) => void): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const options = { console: undefined, isAdministrator: () => false };
  play(await openParts(SETTINGS, options, opened));
}

Deno.test("buildServices() hands the parts to the phases", () =>
  withParts((parts) => {
    const services = buildServices(SETTINGS, parts, OPTIONS);
    assertStrictEquals(services.limits, SETTINGS);
    assertStrictEquals(services.caching, parts.cache.caching);
    assertStrictEquals(services.rules, parts.rules.book);
    assertStrictEquals(services.lists, parts.lists.book);
    assertEquals(services.access, undefined);
    assertEquals(services.clientRate, undefined);
    const { port } = parts.listener.addr;
    assertEquals(services.self.listeners.hasPort(port), true);
  }));

Deno.test("buildServices() counts what clients may send where there is a rate", () =>
  withParts((parts) => {
    const clientRate = { requests: 2, perSeconds: 1 };
    const settings = { ...SETTINGS, clientRate };
    const { limiter, ...rate } =
      buildServices(settings, parts, OPTIONS).clientRate ?? {};
    assertEquals(rate, clientRate);
    assertEquals(limiter?.size, 0);
  }));

Deno.test("buildServices() has exchanges recorded in the statistics", () =>
  withParts((parts) => {
    const exchange = new Exchange("a", { ip: "192.0.2.1", port: 1 });
    exchange.outcome = "miss";
    buildServices(SETTINGS, parts, OPTIONS).record(exchange);
    const { statistics } = parts.statistics.stream?.sources ?? {};
    assertEquals(statistics?.snapshot().total.requests, 1);
  }));

Deno.test("buildServices() refuses ranges that are none", () =>
  withParts((parts) => {
    const settings = { ...SETTINGS, allowAddresses: ["nowhere"] };
    assertThrows(
      () => buildServices(settings, parts, OPTIONS),
      Error,
      "nowhere",
    );
  }));
