/**
 * A request's head, understood: target, body, Host and expectations agree with
 * each other (RFC 9112 §3.2, RFC 9110 §7.2, §9.3.6, §10.1.1). What this lets pass
 * can be read in one way only.
 */

import { WireError } from "../errors.ts";
import { FRAMING } from "./field_names.ts";
import { type BodyLength, requestBodyLength } from "./framing.ts";
import type { RequestHead } from "./head.ts";
import type { OriginMemo } from "./origin_memo.ts";
import { checkHostField, parseTarget, type Target } from "./target.ts";

/** A request's head with what it means. */
export interface Request {
  readonly head: RequestHead;
  readonly target: Target;
  readonly bodyLength: BodyLength;
  /** The client waits for 100 (Continue) before it sends the body. */
  readonly expectsContinue: boolean;
}

/**
 * Understands a request's head. With a `memo`, origins met before are not parsed again.
 *
 * @throws {WireError} 400, 417 or 501.
 */
export function understandRequest(
  head: RequestHead,
  memo?: OriginMemo,
): Request {
  const target = parseTarget(head.method, head.target, memo);
  checkHost(head, target);
  const bodyLength = requestBodyLength(head);
  // RFC 9110 §9.3.6: content of a CONNECT request has no semantics; whether it is
  // the tunnel's first bytes could be read two ways.
  if (head.method === "CONNECT" && bodyLength !== 0) {
    throw new WireError("CONNECT with a body");
  }
  return { head, target, bodyLength, expectsContinue: expectsContinue(head) };
}

// RFC 9112 §3.2: "A server MUST respond with a 400 (Bad Request) status code to any
// HTTP/1.1 request message that lacks a Host header field and to any request message
// that contains more than one Host header field line or a Host header field with an
// invalid field value."
function checkHost(head: RequestHead, target: Target): void {
  const { fields, minorVersion } = head;
  const at = (fields.bits & FRAMING) === 0 ? -1 : fields.keys.indexOf("host");
  if (at < 0) {
    if (minorVersion === 1) throw new WireError("no Host field");
    return;
  }
  if (fields.keys.indexOf("host", at + 1) >= 0) {
    throw new WireError("several Host fields");
  }
  const value = fields.valueAt(at);
  // The commonest case: what the target says, which has been understood already.
  if (target.form === "absolute" && value === target.hostField) return;
  checkHostField(value);
}

function expectsContinue(head: RequestHead): boolean {
  const at = head.fields.keys.indexOf("expect");
  // RFC 9110 §10.1.1: "A server that receives a 100-continue expectation in an HTTP/1.0
  // request MUST ignore that expectation."
  if (at < 0 || head.minorVersion === 0) return false;
  const members = head.fields.tokens("expect");
  if (members.some((member) => member !== "100-continue")) {
    throw new WireError("an expectation other than 100-continue", 417);
  }
  return members.length > 0;
}
