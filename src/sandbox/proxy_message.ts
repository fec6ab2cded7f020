/**
 * Lines that the proxy says to a rule host: how they are written and read. What they
 * mean is in protocol.ts.
 */

import type { Phase } from "../policy/rule.ts";
import {
  array,
  bytes,
  number,
  ProtocolError,
  quote,
  readJson,
  record,
  stateValue,
  text,
  texts,
} from "./json_shape.ts";
import type {
  ProxyMessage,
  RequestData,
  ResponseData,
  RuleCall,
  StateAnswer,
  WireCall,
} from "./protocol.ts";

/** From so many characters on, text is written as base64: JSON would make six times as much of some. */
const LONG_TEXT_CHARS = 64 * 1024;

const PHASES: readonly Phase[] = ["connect", "request", "response"];

/** The call as JSON: a flat array, since its keys would be half its size. */
export function encodeCall(id: number, call: RuleCall): string {
  const { request, response } = call;
  const fields: unknown[] = [
    id,
    call.rule,
    PHASES.indexOf(call.phase),
    request.id,
    request.method,
    request.url,
    request.scheme,
    request.host,
    request.port,
    request.path,
    request.query,
    request.headers,
    request.clientIp,
    request.clientPort,
    request.user ?? null,
    request.timeMs,
    encodeBody(request.body),
  ];
  if (response !== undefined) {
    fields.push(response.status, response.headers, encodeBody(response.body));
  }
  return JSON.stringify(fields);
}

/** Reads a line from the proxy. */
export function readProxyMessage(line: string): ProxyMessage {
  const [kind, ...rest] = array(readJson(line));
  switch (kind) {
    case "ask":
      return { kind, calls: rest.map(readCall) };
    case "state":
      return { kind, answers: rest.map(readStateAnswer) };
    case "ping":
      return { kind, seq: number(rest[0]) };
  }
  throw new ProtocolError(`Cannot read a line of the kind ${quote(kind)}`);
}

/** A state answer as JSON can hold it. */
export function encodeStateAnswer(answer: StateAnswer): unknown[] {
  return [answer.seq, answer.error ?? 0, answer.value ?? null];
}

function readCall(value: unknown): WireCall {
  const fields = array(value);
  const phase = PHASES[number(fields[2])];
  if (phase === undefined) throw new ProtocolError("Cannot read the phase");
  const request: RequestData = {
    id: text(fields[3]),
    method: text(fields[4]),
    url: text(fields[5]),
    scheme: fields[6] === "https" ? "https" : "http",
    host: text(fields[7]),
    port: number(fields[8]),
    path: text(fields[9]),
    query: text(fields[10]),
    headers: texts(fields[11]),
    clientIp: text(fields[12]),
    clientPort: number(fields[13]),
    user: fields[14] === null ? undefined : text(fields[14]),
    timeMs: number(fields[15]),
    body: readBody(fields[16]),
  };
  const response: ResponseData | undefined = fields.length < 18 ? undefined : {
    status: number(fields[17]),
    headers: texts(fields[18]),
    body: readBody(fields[19]),
  };
  return {
    id: number(fields[0]),
    rule: number(fields[1]),
    phase,
    request,
    response,
  };
}

function readStateAnswer(value: unknown): StateAnswer {
  const [seq, error, data] = array(value);
  if (error !== 0) return { seq: number(seq), error: text(error) };
  return { seq: number(seq), value: stateValue(data) };
}

function encodeBody(body: string | Uint8Array | undefined): unknown {
  if (body === undefined) return null;
  if (typeof body !== "string") return { base64: body.toBase64() };
  if (body.length < LONG_TEXT_CHARS) return body;
  return { text: new TextEncoder().encode(body).toBase64() };
}

function readBody(value: unknown): string | Uint8Array | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  const { base64, text } = record(value);
  if (text === undefined) return bytes(base64);
  // What looks like a byte order mark here is a character of the text.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(text));
}
