/**
 * A conversation through the cache: a client asks, and the script says whether the origin is to
 * hear of it. Time passes when the script says so.
 */

import { assert, assertEquals } from "@std/assert";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { AskedOrigin, type AskedRequest } from "./asked_origin.ts";
import { head, request } from "./requests.ts";
import type { Stage } from "./scenario.ts";
import type { WireMessage, WirePeer } from "./wire_peer.ts";
import type { WireHead } from "./wire_head.ts";

/** One request and what came of it. */
export interface Talked {
  readonly got: WireMessage;
  readonly record: ExchangeRecord;
}

/** One that the origin was asked about, too. */
export interface Fetched extends Talked {
  /** The request as it reached the origin. */
  readonly asked: WireHead;
}

/** How a request differs from a plain GET. */
export interface Asking {
  readonly method?: string;
  readonly lines?: readonly string[];
  /** The whole head, in place of all else. */
  readonly text?: string;
}

/** An answer of `body` with further field lines. */
export function ok(body: string, ...lines: string[]): string {
  return answerOf("200 OK", body, ...lines);
}

/** An answer of any status. */
export function answerOf(
  status: string,
  body: string,
  ...lines: string[]
): string {
  const length = `Content-Length: ${body.length}`;
  return head(`HTTP/1.1 ${status}`, length, ...lines) + body;
}

/** A 304, which has no body. */
export function notModified(...lines: string[]): string {
  return head("HTTP/1.1 304 Not Modified", ...lines);
}

/** The lines of an answer that is fresh for so many seconds. */
export function fresh(seconds: number): string {
  return `Cache-Control: max-age=${seconds}`;
}

/** Client, origin and clock of a scenario of the cache. */
export class CacheTalk {
  readonly stage: Stage;
  readonly origin: AskedOrigin;
  nowMs = Date.now();
  #client: WirePeer | undefined;

  constructor(stage: Stage) {
    this.stage = stage;
    this.origin = new AskedOrigin(stage.origin);
    const { caching } = stage.proxy.services;
    if (caching) Object.assign(caching, { now: () => this.nowMs });
  }

  /** Lets time pass for the cache. */
  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
  }

  /** A request that the origin has to answer with that. */
  async fetched(
    path: string,
    answer: string,
    asking: Asking = {},
  ): Promise<Fetched> {
    const client = await this.send(path, asking);
    const { head, peer } = await this.asked();
    await peer.send(answer);
    return { asked: head, ...await this.heard(client, asking) };
  }

  /** A request that must not reach the origin. */
  async served(path: string, asking: Asking = {}): Promise<Talked> {
    const { count } = this.origin;
    const client = await this.send(path, asking);
    const talked = await this.heard(client, asking);
    assertEquals(this.origin.count, count, `the origin was asked for ${path}`);
    return talked;
  }

  /** Sends a request by the client that {@link fetched} and {@link served} use. */
  async send(path: string, asking: Asking): Promise<WirePeer> {
    const client = this.#client ??= await this.stage.client();
    await client.send(this.text(path, asking));
    return client;
  }

  /** A client of its own with a request under way. */
  async begin(path: string, asking: Asking = {}): Promise<WirePeer> {
    const client = await this.stage.client();
    await client.send(this.text(path, asking));
    return client;
  }

  /** The next request that reaches the origin. */
  asked(): Promise<AskedRequest> {
    return this.origin.next();
  }

  text(path: string, { method = "GET", lines = [], text }: Asking): string {
    return text ?? request(method, this.stage.origin, path, ...lines);
  }

  /** The answer, and its record. */
  async heard(client: WirePeer, asking: Asking = {}): Promise<Talked> {
    const got = await client.message(asking.method === "HEAD" || undefined);
    if (got.head.get("connection") === "close") this.#client = undefined;
    return { got, record: await this.stage.records.next() };
  }
}

/** What Cache-Status says of us, without the name. @throws {Error} when nothing is said. */
export function cacheStatus({ got }: Talked): string {
  const status = got.head.get("cache-status");
  assert(status !== undefined, "there is no Cache-Status");
  return status.replace(/^.*sluice; /, "");
}
