/**
 * What a host has to say, collected: all that is said before the event loop gets its
 * turn goes out in one write, in an order in which a call's questions come before its
 * reply.
 */

import type { StateRequest, StrayLog } from "./protocol.ts";
import { encodeStateRequest } from "./host_message.ts";
import { MAX_LINE_BYTES } from "./line_reader.ts";

/** The longest reply as JSON: with the token and the kind it still is a line. */
const MAX_REPLY_BYTES = MAX_LINE_BYTES - 1024;
/** Replies go out together until they are so long. */
const MAX_BATCH_CHARS = 1024 * 1024;

/** Writes bytes, and returns how many of them. */
export type Write = (bytes: Uint8Array) => number;

/** The host's end of its standard output. */
export class Outbox {
  readonly #token: string;
  readonly #write: Write;
  readonly #encoder = new TextEncoder();
  #replies: string[] = [];
  #replyChars = 0;
  #requests: string[] = [];
  #logs: string[] = [];
  #other = "";
  #isScheduled = false;

  /** @param token Begins every line. */
  constructor(token: string, write: Write) {
    this.#token = token;
    this.#write = write;
  }

  /**
   * @param reply As `encodeReply` made it.
   * @throws {RangeError} when it is longer than a line can be.
   */
  reply(reply: unknown[]): void {
    const json = JSON.stringify(reply);
    if (this.#isTooLong(json)) {
      throw new RangeError(
        "Cannot take what the hook returned: it has a body of more than 64 MiB as JSON (47 MiB of bytes)",
      );
    }
    if (this.#replyChars + json.length > MAX_BATCH_CHARS) this.flush();
    this.#replies.push(json);
    this.#replyChars += json.length;
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
    this.#replyChars = 0;
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

  /** Counts only where it matters: a UTF-16 code unit takes at most three bytes in UTF-8. */
  #isTooLong(json: string): boolean {
    return json.length * 3 > MAX_REPLY_BYTES &&
      (json.length > MAX_REPLY_BYTES ||
        this.#encoder.encode(json).length > MAX_REPLY_BYTES);
  }

  #writeAll(bytes: Uint8Array): void {
    for (let sent = 0; sent < bytes.length;) {
      sent += this.#write(bytes.subarray(sent));
    }
  }
}
