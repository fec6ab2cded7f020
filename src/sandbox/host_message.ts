/**
 * Lines that a rule host says to the proxy: how they are written and read. What they
 * mean is in protocol.ts.
 */

import {
  array,
  isRecord,
  number,
  ProtocolError,
  quote,
  readJson,
  record,
  stateValue,
  text,
  texts,
} from "./json_shape.ts";
import type { Decision } from "../policy/rule.ts";
import type {
  HostMessage,
  HostReply,
  LoadedMessage,
  LogLine,
  ModuleSource,
  RuleFailure,
  RuleProblem,
  StateRequest,
  StrayLog,
} from "./protocol.ts";

/** What most rules return that return something: it has a code of its own. */
export const PLAIN_ALLOW: Decision = Object.freeze({ action: "allow" });

/** An opinion's code on the wire; any other stands there as a list of its image. */
const CODE = { none: 0, allow: 1 } as const;

const NO_LOGS: readonly LogLine[] = [];

/** Reads a line from a host, without its token. */
export function readHostMessage(line: string): HostMessage {
  const [kind, ...rest] = array(readJson(line));
  switch (kind) {
    case "done":
      return { kind, replies: rest.map(readReply) };
    case "state":
      return { kind, requests: rest.map(readStateRequest) };
    case "log":
      return { kind, lines: rest.map(readStrayLog) };
    case "pong":
      return { kind, seq: number(rest[0]) };
    case "loaded":
      return { kind, loaded: readLoaded(rest[0]) };
  }
  throw new ProtocolError(`Cannot read a line of the kind ${quote(kind)}`);
}

/** The reply as JSON can hold it. */
export function encodeReply(reply: HostReply): unknown[] {
  const { id, rule, ms, opinion, failure, logs } = reply;
  const micros = Math.round(ms * 1000);
  const fields: unknown[] = [id, rule, micros, encodeOpinion(opinion)];
  if (failure !== undefined || logs.length > 0) {
    fields.push(failure === undefined ? 0 : [failure.message, failure.trace]);
    fields.push(logs.map(({ message, fields }) => [message, fields ?? 0]));
  }
  return fields;
}

/** A state request as JSON can hold it. */
export function encodeStateRequest(request: StateRequest): unknown[] {
  const { seq, call, rule, op, key, value, ttlSeconds } = request;
  return [seq, call, rule, op, key, value, ttlSeconds ?? 0];
}

function readReply(value: unknown): HostReply {
  const fields = array(value);
  const failure = fields[4] === undefined || fields[4] === 0
    ? undefined
    : readFailure(fields[4]);
  return {
    id: number(fields[0]),
    rule: number(fields[1]),
    ms: number(fields[2]) / 1000,
    opinion: readOpinion(fields[3]),
    failure,
    logs: fields[5] === undefined ? NO_LOGS : array(fields[5]).map(readLog),
  };
}

function encodeOpinion(opinion: unknown): unknown {
  if (opinion === undefined) return CODE.none;
  return isPlainAllow(opinion) ? CODE.allow : [opinion];
}

function isPlainAllow(image: unknown): boolean {
  return isRecord(image) && image.action === PLAIN_ALLOW.action &&
    Object.keys(image).length === 1;
}

function readOpinion(value: unknown): unknown {
  if (value === CODE.none) return undefined;
  return value === CODE.allow ? PLAIN_ALLOW : array(value)[0] ?? null;
}

function readFailure(value: unknown): RuleFailure {
  const [message, trace] = array(value);
  return { message: text(message), trace: texts(trace) };
}

function readLog(value: unknown): LogLine {
  const [message, fields] = array(value);
  if (fields === 0) return { message: text(message) };
  return { message: text(message), fields: record(fields) };
}

function readStrayLog(value: unknown): StrayLog {
  const [rule, ...rest] = array(value);
  return { rule: number(rule), ...readLog(rest) };
}

function readStateRequest(value: unknown): StateRequest {
  const [seq, call, rule, op, key, data, ttlSeconds] = array(value);
  if (op !== "get" && op !== "set" && op !== "increment") {
    throw new ProtocolError(`Cannot do ${quote(op)} with state`);
  }
  return {
    seq: number(seq),
    call: number(call),
    rule: number(rule),
    op,
    key: text(key),
    value: stateValue(data),
    ttlSeconds: ttlSeconds === 0 ? undefined : number(ttlSeconds),
  };
}

function readLoaded(value: unknown): LoadedMessage {
  const { rules, problems, modules } = record(value);
  return {
    rules: array(rules),
    problems: array(problems).map(readProblem),
    modules: array(modules).map(readModule),
  };
}

function readProblem(value: unknown): RuleProblem {
  const { file, line, column, message } = record(value);
  return {
    file: text(file),
    message: text(message),
    ...(line === undefined ? {} : { line: number(line) }),
    ...(column === undefined ? {} : { column: number(column) }),
  };
}

export function readModule(value: unknown): ModuleSource {
  const { url, text: content, code } = record(value);
  const module = { url: text(url), text: text(content) };
  return code === undefined ? module : { ...module, code: text(code) };
}
