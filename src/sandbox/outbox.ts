/**
 * What a host has to say, collected: all that is said before the event loop gets its
 * turn goes out in one write, in an order in which a call's questions come before its
 * reply.
 */

import type { StateRequest, StrayLog } from "./protocol.ts";
import { encodeStateRequest } from "./host_message.ts";

/** Writes bytes, and returns how many of them. */
export type Write = (bytes: Uint8Array) => number;

/** The host's end of its standard output. */
export class Outbox {
  readonly #token: string;
  readonly #write: Write;
  readonly #encoder = new TextEncoder();
  #replies: string[] = [];
  #requests: string[] = [];
  #logs: string[] = [];
  #other = "";
  #isScheduled = false;

  /** @param token Begins every line. */
  constructor(token: string, write: Write) {
    this.#token = token;
    this.#write = write;
  }

  /** @param reply As `encodeReply` made it. */
  reply(reply: unknown[]): void {
    this.#replies.push(JSON.stringify(reply));
    this.#schedule();
  }

  ask(request: StateRequest): void {
    this.#requests.push(JSON.stringify(encodeStateRequest(request)));
    this.#schedule();
  }

  log({ rule, message, fields }: StrayLog): void {
    this.#logs.push(JSON.stringify([rule, message, fields ?? 0]));
    this.#schedule();
  }

  /** Says something of another kind, now. */
  say(kind: "pong" | "loaded", value: unknown): void {
    this.#other += this.#line(kind, [JSON.stringify(value)]);
    this.flush();
  }

  /** Writes everything. */
  flush(): void {
    const text = this.#other + this.#line("log", this.#logs) +
      this.#line("state", this.#requests) + this.#line("done", this.#replies);
    this.#other = "";
    this.#logs = [];
    this.#requests = [];
    this.#replies = [];
    this.#writeAll(this.#encoder.encode(text));
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #line(kind: string, values: readonly string[]): string {
    if (values.length === 0) return "";
    return `${this.#token}["${kind}",${values.join(",")}]\n`;
  }

  #writeAll(bytes: Uint8Array): void {
    for (let sent = 0; sent < bytes.length;) {
      sent += this.#write(bytes.subarray(sent));
    }
  }
}
