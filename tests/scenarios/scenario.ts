/**
 * Scenarios: a proxy, an origin and clients over real sockets on loopback, all played
 * by one script from top to bottom. Whatever the script does, everything is closed
 * at the end, and nothing may be left in the proxy.
 */

import { assertEquals } from "@std/assert";
import {
  type Console,
  type RunningProxy,
  startProxy,
} from "../../src/cli/start_proxy.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import type { LookUp } from "../../src/net/resolver.ts";
import type { Exchange } from "../../src/proxy/exchange.ts";
import type { TestCertificate } from "../net/test_certificate.ts";
import { Records } from "./records.ts";
import { TunnellingPeer } from "./tunnelling_peer.ts";
import { WireListener } from "./wire_listener.ts";
import { dialPeer, type WirePeer } from "./wire_peer.ts";

/** The longest that a scenario may take, in ms. */
const DEADLINE_MS = 10_000;

/** What a script plays with. */
export interface Stage {
  readonly proxy: RunningProxy;
  /** An origin at 127.0.0.1, which is `origin.test` too. */
  readonly origin: WireListener;
  readonly records: Records;
  /** Those of fetches that no client waits for; a script may leave them. */
  readonly behind: Records;
  /** What Via says of the proxy, for a message that came as HTTP/1.1. */
  readonly via: string;
  /** Connects a client to the proxy. */
  readonly client: () => Promise<WirePeer>;
  /** Opens a further origin or a parent. */
  readonly listen: (host?: string) => Promise<WireListener>;
  /** Drains and stops the proxy. Returns how many connections were cut. */
  readonly stop: () => Promise<number>;
  /** What the proxy has logged; whole once it has stopped. */
  readonly logText: () => string;
}

/** Settings other than the defaults; a function where they need the origin's port. */
export type ScenarioSettings =
  | GivenSettings
  | ((origin: WireListener) => GivenSettings);

interface GivenSettings extends Partial<Settings> {
  /** What answers for the name server. Default: names of `.test` are this machine. */
  readonly lookUp?: LookUp;
}

/** Registers a scenario as a test. */
export function scenario(
  name: string,
  settings: ScenarioSettings,
  play: (stage: Stage) => Promise<void>,
  options: { ignore?: boolean } = {},
): void {
  Deno.test({ name, ...options, fn: () => playScenario(settings, play) });
}

/**
 * Plays a scenario within a test.
 *
 * @param overTls The certificate of the origin, which then speaks TLS, and clients ask for it in
 * tunnels of their own, which the settings have to intercept; of their opening there are no
 * records. Default: all is in the clear.
 */
export async function playScenario(
  settings: ScenarioSettings,
  play: (stage: Stage) => Promise<void>,
  overTls?: TestCertificate,
): Promise<void> {
  await using stage = await OpenStage.open(settings, overTls);
  await within(DEADLINE_MS, play(stage));
  await within(DEADLINE_MS, stage.assertNothingLeft());
}

class OpenStage implements Stage, AsyncDisposable {
  readonly proxy: RunningProxy;
  readonly origin: WireListener;
  readonly records = new Records();
  readonly behind = new Records();
  readonly via: string;
  readonly #peers: WirePeer[] = [];
  readonly #listeners: WireListener[] = [];
  readonly #bugs: unknown[] = [];
  readonly #log: MemoryTarget;
  /** Whom clients trust, where they open tunnels. */
  readonly #authorityPem: string | undefined;
  #stopped: Promise<number> | undefined;

  private constructor(
    proxy: RunningProxy,
    origin: WireListener,
    log: MemoryTarget,
    authorityPem: string | undefined,
  ) {
    this.proxy = proxy;
    this.origin = origin;
    this.#log = log;
    this.#authorityPem = authorityPem;
    this.via = proxy.services.self.via(1);
    this.#listeners.push(origin);
    // The parts read these from the services at each use.
    const { record } = proxy.services;
    Object.assign(proxy.services, {
      record: (exchange: Exchange) => {
        record(exchange);
        const isOpening = exchange.outcome === "intercepted";
        if (isOpening && authorityPem !== undefined) return;
        const { records, behind } = this;
        (exchange.isBehind ? behind : records).add(exchange);
      },
      reportBug: (error: unknown) => this.#bugs.push(error),
    });
  }

  static async open(
    settings: ScenarioSettings,
    overTls: TestCertificate | undefined,
  ): Promise<OpenStage> {
    const origin = await WireListener.open("127.0.0.1", overTls);
    const { lookUp, ...given } = typeof settings === "function"
      ? settings(origin)
      : settings;
    const all = {
      ...defaultSettings(),
      port: 0,
      logFile: undefined,
      rulesPath: undefined,
      kvPath: ":memory:",
      drainTimeoutMs: 3000,
      ...given,
    };
    const log = new MemoryTarget();
    const console: Console = { target: log, colour: false };
    const proxy = await startProxy(all, console, lookUp ?? lookUpTest);
    const { interception } = proxy.services;
    const leaves = overTls && await interception.leaves();
    return new OpenStage(proxy, origin, log, leaves?.certPem);
  }

  readonly client = async (): Promise<WirePeer> => {
    const { proxy: { port } } = this;
    const peer = this.#authorityPem === undefined
      ? await dialPeer(port)
      : await TunnellingPeer.dial(port, this.#authorityPem);
    this.#peers.push(peer);
    return peer;
  };

  readonly listen = async (host?: string): Promise<WireListener> => {
    const listener = await WireListener.open(host);
    this.#listeners.push(listener);
    return listener;
  };

  /** Closes all, then looks at what the proxy still holds. */
  async assertNothingLeft(): Promise<void> {
    await this.#close();
    const { server, services } = this.proxy;
    assertEquals(server.connections, 0, "client connections are left");
    assertEquals(services.pool.size, 0, "idle connections are left");
    assertEquals(services.rules.bodies.bytes, 0, "bodies are still held");
    await until(() => services.deadlines.size === 0, "deadlines are left");
    assertEquals(this.#bugs, [], "unexpected errors were reported");
    this.records.assertAllTaken();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  readonly logText = (): string => this.#log.text;

  readonly stop = (): Promise<number> => {
    return this.#stopped ??= this.proxy.stop();
  };

  async #close(): Promise<void> {
    // A reset ends an exchange at once, where an orderly end would be waited out.
    await Promise.all(this.#peers.map((peer) => peer.reset()));
    await Promise.all(this.#listeners.splice(0).map((one) => one.close()));
    if (this.#stopped === undefined) {
      assertEquals(await this.stop(), 0, "connections had to be cut");
    }
    await this.#stopped;
    await this.proxy.served;
  }
}

/** Keeps what is logged. */
class MemoryTarget {
  text = "";

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(this.writeSync(bytes));
  }

  writeSync(bytes: Uint8Array): number {
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }
}

/** Names of `.test` are this machine, all others do not exist; nothing asks a name server. */
function lookUpTest(name: string, type: "A" | "AAAA"): Promise<string[]> {
  return name.endsWith(".test") && type === "A"
    ? Promise.resolve(["127.0.0.1"])
    : Promise.reject(new Deno.errors.NotFound("no record found"));
}

/** Waits for what tells nobody when it changes. @throws {Error} after a second. */
export async function until(
  isSo: () => boolean,
  otherwise: string,
): Promise<void> {
  const endMs = performance.now() + 1000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `Cannot end the scenario: it waits after ${ms} ms`;
    timer = setTimeout(() => reject(new Error(message)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
