/**
 * What goes on to the next hop: a reader that shares nothing with the proxy reads it as one
 * message, with the fields and the framing that came.
 */

import { assert, assertEquals } from "@std/assert";
import { WireError } from "../../../src/errors.ts";
import { ChunkedDecoder } from "../../../src/http1/chunked.ts";
import type { Fields } from "../../../src/http1/fields.ts";
import {
  connectionOptions,
  forwardedHead,
  trailerLines,
} from "../../../src/http1/forwarding.ts";
import { CHUNKED, responseBodyLength } from "../../../src/http1/framing.ts";
import {
  parseRequestHead,
  parseResponseHead,
} from "../../../src/http1/head.ts";
import { HeadScanner } from "../../../src/http1/head_scanner.ts";
import { type Request, understandRequest } from "../../../src/http1/request.ts";
import type { AbsoluteTarget } from "../../../src/http1/target.ts";
import { Router } from "../../../src/net/route.ts";
import { originRequestHead } from "../../../src/proxy/origin_request.ts";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import {
  type ReadMessage,
  readStrictRequest,
  readStrictResponse,
  valuesOf,
} from "../strict_reader.ts";
import { type Target, textTarget } from "../target.ts";
import { WIRE_TOKENS, wireSeeds } from "./wire_targets.ts";

const VIA = "1.1 fuzz";
/** A chunked body of no bytes. */
const EMPTY_CHUNKED = "0\r\n\r\n";

/** The targets. */
export function forwardingTargets(): Target[] {
  return [
    textTarget({
      name: "forwarded request",
      seeds: wireSeeds(["request_heads.md", "request_framing.md"])
        .map((seed) => seed.replace(/^(\w+) \//, "$1 http://a/")),
      tokens: WIRE_TOKENS,
      check: tolerant(checkRequest),
    }),
    textTarget({
      name: "forwarded response",
      seeds: wireSeeds(["response_heads.md", "response_framing.md"]),
      tokens: WIRE_TOKENS,
      check: tolerant(checkResponse),
    }),
    textTarget({
      name: "forwarded trailers",
      seeds: wireSeeds(["chunked.md"]).concat("0\r\nTE: a\r\nX: y\r\n\r\n"),
      tokens: [...WIRE_TOKENS, "Trailer: x\r\n", "Set-Cookie: a\r\n"],
      check: tolerant(checkTrailers),
    }),
  ];
}

function tolerant(check: (input: string) => void): (input: string) => void {
  return (input) => {
    try {
      check(input);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  };
}

function headText(input: string): string | undefined {
  const bytes = latin1Bytes(input);
  const end = new HeadScanner().scan(bytes, 0, bytes.length);
  return end < 0 ? undefined : input.slice(0, end);
}

function checkRequest(input: string): void {
  const text = headText(input);
  if (text === undefined) return;
  const request = understandRequest(parseRequestHead(text));
  const { target } = request;
  if (target.form !== "absolute" || request.bodyLength > 1e6) return;
  const sent = sentRequest(request, target) + bodyFor(request.bodyLength);
  const { message, end } = readStrictRequest(sent);
  assertEquals(end, sent.length, "it is read as one message");
  const { method } = request.head;
  assertEquals(message.startLine, `${method} ${target.path} HTTP/1.1`);
  assertEquals(valuesOf(message.fields, "host"), [target.hostField]);
  assertEquals(message.body.length, Math.max(0, request.bodyLength));
  checkFields(request.head.fields, message);
}

function sentRequest(request: Request, target: AbsoluteTarget): string {
  const route = new Router(undefined).route(target.scheme, target.authority);
  return originRequestHead(request, target, route, VIA, "");
}

function checkResponse(input: string): void {
  const text = headText(input);
  if (text === undefined) return;
  const head = parseResponseHead(text);
  const { status, fields, reasonPhrase } = head;
  const length = responseBodyLength(head, "GET");
  if (status < 200 || status > 599 || length > 1e6) return;
  const isChunked = length < 0;
  const hasBody = status !== 204 && status !== 304;
  const startLine = `HTTP/1.1 ${status} ${reasonPhrase}`;
  const sent = forwardedHead(startLine, fields, connectionOptions(fields), {
    via: VIA,
    ...(!hasBody ? {} : isChunked ? { isChunked } : { contentLength: length }),
  }) + bodyFor(isChunked ? CHUNKED : length);
  const { message, end } = readStrictResponse(sent, "GET", false);
  assertEquals(end, sent.length, "it is read as one message");
  assertEquals(message.startLine, startLine);
  assertEquals(message.body.length, Math.max(0, length));
  checkFields(fields, message);
}

function checkFields(came: Fields, message: ReadMessage): void {
  const named = connectionOptions(came);
  const sent = new Set(message.fields.map(([name]) => name.toLowerCase()));
  assertEquals(valuesOf(message.fields, "via").at(-1), VIA);
  for (const [i, key] of came.keys.entries()) {
    if (["connection", "te", "transfer-encoding", "host"].includes(key)) {
      continue;
    }
    if (key === "content-length" || key === "via") continue;
    const isDropped = named.includes(key) || isHopByHop(key);
    assertEquals(sent.has(key), !isDropped, key);
    if (isDropped) continue;
    const values = valuesOf(message.fields, key);
    assert(values.includes(came.valueAt(i)), `${key} has another value`);
  }
}

function isHopByHop(key: string): boolean {
  return /^(?:keep-alive|proxy-connection|proxy-authorization|proxy-authenticate|proxy-authentication-info|upgrade)$/
    .test(key);
}

function bodyFor(length: number): string {
  return length === CHUNKED ? EMPTY_CHUNKED : "x".repeat(Math.max(0, length));
}

function checkTrailers(input: string): void {
  const bytes = latin1Bytes(input);
  const decoder = new ChunkedDecoder();
  for (let at = 0; !decoder.isDone;) {
    const next = decoder.decode(bytes, at, bytes.length);
    if (next === at && !decoder.isDone) return;
    at = next;
  }
  const sent = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" +
    `\r\n0\r\n${trailerLines(decoder.trailers)}\r\n`;
  const { message, end } = readStrictRequest(sent);
  assertEquals(end, sent.length, "it is read as one message");
  const bad =
    /^(?:content-length|transfer-encoding|host|connection|set-cookie)$/i;
  assert(!message.trailers.some(([name]) => bad.test(name)));
}
