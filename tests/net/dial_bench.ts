/**
 * What the tests of the dialer share: a dialer whose names and clock are the test's,
 * routes, and servers to dial.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import type { Authority } from "../../src/http1/target.ts";
import { DescriptorBudget } from "../../src/net/descriptor_budget.ts";
import {
  Dialer,
  type DialerOptions,
  type DialGuard,
  type Dialled,
} from "../../src/net/dialer.ts";
import { type LookUp, Resolver } from "../../src/net/resolver.ts";
import {
  firstHop,
  parseParent,
  type Route,
  Router,
} from "../../src/net/route.ts";
import { fillTo, ScriptedServer, TestNet, textIn } from "./loopback.ts";

export const TIMEOUT_MS = 5_000;
export const LOCAL = "127.0.0.1";

/** Answers every name with those addresses. The record type does not matter here. */
export function lookUpOf(...addresses: string[]): LookUp {
  return (_name, type) =>
    type === "AAAA"
      ? Promise.resolve(addresses)
      : Promise.reject(new Deno.errors.NotFound("no A"));
}

/** Allows every address. */
export const EVERYWHERE: DialGuard = {
  isStillAllowed: () => true,
  firstHost: (route) => firstHop(route).host,
  allowed: (_route, addresses) => addresses,
  checkEnds: () => {},
};

export class DialBench {
  readonly net = new TestNet();
  readonly cancel = new AbortController();
  readonly #dialer: Dialer;

  constructor(
    lookUp: LookUp = lookUpOf(LOCAL),
    options: Partial<DialerOptions> = {},
  ) {
    this.#dialer = new Dialer({
      context: this.net,
      resolver: new Resolver(lookUp),
      descriptors: new DescriptorBudget(this.net.deadlines, Infinity),
      guard: EVERYWHERE,
      connectTimeoutMs: TIMEOUT_MS,
      ...options,
    });
  }

  get failedHandshakes(): number {
    return this.#dialer.failedHandshakes;
  }

  dial(route: Route): Promise<Dialled> {
    return this.#dialer.dial(route, this.cancel);
  }

  /** The error that a dial ends with; nothing may be left of it. */
  async failure(route: Route): Promise<ProxyError> {
    const error = await assertRejects(() => this.dial(route), ProxyError);
    assertEquals(this.net.deadlines.size, 0);
    return error;
  }
}

export function direct(
  port: number,
  host = LOCAL,
  scheme: "http" | "https" | "tunnel" = "http",
): Route {
  return new Router().route(scheme, { host, port });
}

export function through(
  url: string,
  scheme: "http" | "https" | "tunnel",
  destination: Authority = { host: "origin.test", port: 443 },
): Route {
  return new Router(parseParent(url)).route(scheme, destination);
}

/** A server that says "hi" on each connection, and waits for its end. */
export function greeter(): ScriptedServer {
  return new ScriptedServer(async (peer) => {
    await peer.send("hi");
    await peer.rest();
  });
}

/** Reads the greeting and closes. */
export async function assertGreets({ conn }: Dialled): Promise<void> {
  await fillTo(conn, 2);
  assertEquals(textIn(conn), "hi");
  conn.close();
}
