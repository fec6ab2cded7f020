/**
 * What a client begins a tunnel with: TLS, plain HTTP/1, something else, or silence, since
 * in some protocols the server speaks first. Looks at the bytes and takes none.
 */

import { ClientGone, ProxyError } from "../errors.ts";
import {
  type ClientHello,
  startsTls,
  tryReadClientHello,
} from "../mitm/client_hello.ts";
import { latin1 } from "../http1/latin1.ts";
import type { Conn } from "../net/conn.ts";

/** How long a client may be silent before its tunnel goes on without a look, in ms. */
const SILENCE_MS = 1000;
/** A request line that has not ended by then is no concern of ours. */
const MAX_LINE_BYTES = 8 * 1024;

/** A request line of HTTP/1 (RFC 9112 §3), of a form that no other protocol begins with. */
const REQUEST_LINE =
  /^[A-Z-]{1,24} (?:\/|\*|https?:\/\/)[^ \r\n]* HTTP\/1\.\d\r?\n/;
/** What may become one. */
const REQUEST_LINE_START =
  /^[A-Z-]{1,24}(?: (?:[/*h][^ \r\n]*(?: [HTP/1.\d]{0,8}\r?)?)?)?$/;

/** The beginning of a tunnel. */
export type FirstBytes =
  | { readonly kind: "tls"; readonly hello: ClientHello }
  | { readonly kind: "http" | "other" | "silence" };

const OTHER = { kind: "other" } as const;

/**
 * Waits for the first bytes of a client. Whole they have to be within `timeoutMs`.
 *
 * @throws {ProxyError} when they are not, or are TLS that nobody could read.
 * @throws {ClientGone}
 */
export async function firstBytes(
  conn: Conn,
  timeoutMs: number,
): Promise<FirstBytes> {
  const endMs = performance.now() + timeoutMs;
  while (true) {
    const found = conn.available > 0 ? classify(conn) : undefined;
    if (found !== undefined) return found;
    const isSilent = conn.available === 0;
    const leftMs = endMs - performance.now();
    const filled = await fillWithin(
      conn,
      isSilent ? Math.min(SILENCE_MS, leftMs) : leftMs,
    );
    if (filled === "more") continue;
    if (conn.failure !== undefined) throw new ClientGone(conn.failure);
    if (isSilent) return { kind: "silence" };
    if (filled === "end") return OTHER;
    throw tooSlow();
  }
}

/** Undefined where more bytes have to tell. */
function classify(conn: Conn): FirstBytes | undefined {
  const bytes = conn.bytes.subarray(conn.start, conn.end);
  if (startsTls(bytes)) {
    const hello = readHello(bytes);
    return hello && { kind: "tls", hello };
  }
  const line = latin1(bytes, 0, Math.min(bytes.length, MAX_LINE_BYTES));
  if (REQUEST_LINE.test(line)) return { kind: "http" };
  const mayBecomeOne = line.length < MAX_LINE_BYTES &&
    REQUEST_LINE_START.test(line);
  return mayBecomeOne ? undefined : OTHER;
}

function readHello(bytes: Uint8Array): ClientHello | undefined {
  try {
    return tryReadClientHello(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProxyError(400, "client", "tls_protocol_error", error.message, {
      cause: error,
    });
  }
}

/** Fills, within that time. A read that is late goes on, and the next fill is that one. */
async function fillWithin(
  conn: Conn,
  ms: number,
): Promise<"more" | "end" | "late"> {
  const { onExpire } = conn;
  const late = Promise.withResolvers<"late">();
  conn.onExpire = () => late.resolve("late");
  conn.expireAfter(Math.max(0, ms));
  const filled = await Promise.race([conn.fill(), late.promise]);
  conn.onExpire = onExpire;
  conn.expireNever();
  conn.isExpired = false;
  if (filled === "late") return "late";
  return filled ? "more" : "end";
}

function tooSlow(): ProxyError {
  const message = "the beginning of the tunnel did not come in time";
  return new ProxyError(408, "client", "tls_protocol_error", message);
}
