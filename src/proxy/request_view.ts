/**
 * A request as rules get it, and as their matchers look at it.
 */

import type { RequestHead } from "../http1/head.ts";
import type { AbsoluteTarget, Authority } from "../http1/target.ts";
import { MessageSubject } from "../policy/message_subject.ts";
import type { Subject } from "../policy/subject.ts";
import type { RequestData } from "../sandbox/protocol.ts";
import type { GivenBody } from "./body_content.ts";
import type { Exchange } from "./exchange.ts";
import { headerList } from "./rewritten_fields.ts";

/** The subject for a request with a URL. */
export function requestSubject(
  { client, timeMs }: Exchange,
  { method, fields }: RequestHead,
  { scheme, authority, path }: AbsoluteTarget,
): MessageSubject {
  return new MessageSubject({
    phase: "request",
    method,
    scheme,
    host: authority.host,
    port: authority.port,
    target: path,
    client,
    fields,
    nowMs: timeMs,
  });
}

/** The subject for a CONNECT. */
export function connectSubject(
  { client, timeMs }: Exchange,
  { method, fields }: RequestHead,
  { host, port }: Authority,
): MessageSubject {
  return new MessageSubject({
    phase: "connect",
    method,
    scheme: "https",
    host,
    port,
    target: "",
    client,
    fields,
    nowMs: timeMs,
  });
}

/** The request for a rule. */
export function requestData(
  { id, client, timeMs }: Exchange,
  { method, target, fields }: RequestHead,
  { scheme, host, port, path, query }: Subject,
  body?: GivenBody,
): RequestData {
  return {
    id,
    method,
    url: target,
    scheme,
    host,
    port,
    path,
    query,
    headers: headerList(fields),
    clientIp: client.ip,
    clientPort: client.port,
    user: client.user,
    timeMs,
    body,
  };
}
