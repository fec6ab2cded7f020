/**
 * Plays bytes through the wire layer as a connection does (scanner, head, framing,
 * body) and tells what came of them as lines of text, the same however the bytes
 * were cut. Decides nothing itself: each line repeats what src/http1 said.
 */

import { WireError } from "../../src/errors.ts";
import { ChunkedDecoder } from "../../src/http1/chunked.ts";
import type { Fields } from "../../src/http1/fields.ts";
import {
  CHUNKED,
  responseBodyLength,
  UNTIL_CLOSE,
} from "../../src/http1/framing.ts";
import { parseRequestHead, parseResponseHead } from "../../src/http1/head.ts";
import { HeadScanner } from "../../src/http1/head_scanner.ts";
import { latin1 } from "../../src/http1/latin1.ts";
import { understandRequest } from "../../src/http1/request.ts";
import { parseTarget, type Target } from "../../src/http1/target.ts";
import type { WireKind } from "./wire_cases.ts";

/** What came of the bytes of one message. */
export interface Played {
  readonly events: string[];
  /** Where the message ended; undefined when it did not, or was refused. */
  readonly end: number | undefined;
}

/** Reads one message of that kind. */
export class WirePlayer {
  readonly events: string[] = [];
  readonly #kind: WireKind;
  readonly #scanner = new HeadScanner();
  readonly #decoder = new ChunkedDecoder();
  #bodyLength: number | undefined;
  #left = 0;
  #data = "";
  #isOver = false;

  constructor(kind: WireKind) {
    this.#kind = kind;
    if (kind.is === "chunked") this.#bodyLength = CHUNKED;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Reads what it can of `bytes` from `at` to `end`, and returns where it came to. */
  read(bytes: Uint8Array, at: number, end: number): number {
    try {
      return this.#read(bytes, at, end);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#finish(`refused ${this.#refusal(error)}`);
      return at;
    }
  }

  /** Tells it that no more bytes will come. */
  endOfInput(): void {
    if (this.#isOver) return;
    this.#finish(this.#bodyLength === UNTIL_CLOSE ? "end" : "incomplete");
  }

  // A client is told a status; of an origin's error the type is what counts.
  #refusal(error: WireError): string {
    const isOrigins = this.#kind.is === "response";
    return isOrigins ? error.originCode : String(error.status);
  }

  #read(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    if (this.#kind.is === "target") return this.#readTarget(bytes, at, end);
    if (this.#bodyLength === undefined) {
      const headEnd = this.#scanner.scan(bytes, at, end);
      if (headEnd < 0) return at;
      this.#understandHead(latin1(bytes, at, headEnd));
      at = headEnd;
    }
    return this.#bodyLength === CHUNKED
      ? this.#readChunked(bytes, at, end)
      : this.#readCounted(bytes, at, end);
  }

  #understandHead(text: string): void {
    this.#bodyLength = this.#kind.is === "response"
      ? this.#tellResponse(text, this.#kind.requestMethod)
      : this.#tellRequest(text);
    this.#left = this.#bodyLength;
    this.events.push(`body ${bodyText(this.#bodyLength)}`);
  }

  #tellRequest(text: string): number {
    const head = parseRequestHead(text);
    const { target, bodyLength, expectsContinue } = understandRequest(head);
    this.events.push(`request ${head.method} HTTP/1.${head.minorVersion}`);
    this.events.push(`target ${targetText(target)}`);
    this.events.push(...fieldLines("field", head.fields));
    if (expectsContinue) this.events.push("expects 100-continue");
    return bodyLength;
  }

  #tellResponse(text: string, requestMethod: string): number {
    const head = parseResponseHead(text);
    const bodyLength = responseBodyLength(head, requestMethod);
    const { status, minorVersion, reasonPhrase } = head;
    this.events.push(
      `response ${status} HTTP/1.${minorVersion} ${reasonPhrase}`.trimEnd(),
    );
    this.events.push(...fieldLines("field", head.fields));
    return bodyLength;
  }

  #readCounted(bytes: Uint8Array, at: number, end: number): number {
    const isOpen = this.#bodyLength === UNTIL_CLOSE;
    const taken = isOpen ? end - at : Math.min(this.#left, end - at);
    this.#data += latin1(bytes, at, at + taken);
    this.#left -= taken;
    if (!isOpen && this.#left === 0) this.#finish("end");
    return at + taken;
  }

  #readChunked(bytes: Uint8Array, from: number, end: number): number {
    const decoder = this.#decoder;
    for (let at = from;;) {
      const next = decoder.decode(bytes, at, end);
      this.#data += latin1(bytes, decoder.dataStart, decoder.dataEnd);
      if (decoder.isDone) {
        this.#finish(...fieldLines("trailer", decoder.trailers), "end");
      }
      if (decoder.isDone || next === at) return next;
      at = next;
    }
  }

  #readTarget(bytes: Uint8Array, at: number, end: number): number {
    // A target has no end of its own: it is read when its last byte is there.
    if (end < bytes.length) return at;
    const { method } = this.#kind as Extract<WireKind, { is: "target" }>; // the caller asked
    const target = parseTarget(method, latin1(bytes, at, end));
    this.#finish(targetText(target));
    return end;
  }

  #finish(...lines: string[]): void {
    if (this.#data !== "") this.events.push(`data ${this.#data}`);
    this.events.push(...lines);
    this.#isOver = true;
  }
}

/**
 * Plays one message out of `bytes` from `start` on, which arrive `step` at a time.
 */
export function play(
  kind: WireKind,
  bytes: Uint8Array,
  start: number,
  step: number,
): Played {
  const player = new WirePlayer(kind);
  let at = start;
  let end = start;
  while (!player.isOver && end < bytes.length) {
    end = Math.min(end + step, bytes.length);
    at = player.read(bytes, at, end);
  }
  player.endOfInput();
  const isComplete = player.events.at(-1) === "end";
  return { events: player.events, end: isComplete ? at : undefined };
}

function bodyText(length: number): string {
  if (length === CHUNKED) return "chunked";
  return length === UNTIL_CLOSE ? "until close" : String(length);
}

function fieldLines(word: string, fields: Fields): string[] {
  return fields.names.map((name, i) => `${word} ${name}: ${fields.values[i]}`);
}

function targetText(target: Target): string {
  switch (target.form) {
    case "absolute": {
      const { scheme, authority, path, hostField } = target;
      return `absolute ${scheme} ${authority.host} ${authority.port} ${path} ` +
        `(Host: ${hostField})`;
    }
    case "origin":
      return `origin ${target.path}`;
    case "authority":
      return `authority ${target.authority.host} ${target.authority.port}`;
    case "asterisk":
      return "asterisk";
  }
}
