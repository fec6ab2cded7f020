/**
 * Our member of Cache-Status: what the cache did with a request, and why (RFC 9211). Members of
 * caches before us are for who joins the list.
 */

/** Why a request went on to the origin (RFC 9211 §2.2). */
export type ForwardReason =
  | "bypass"
  | "method"
  | "uri-miss"
  | "vary-miss"
  | "miss"
  | "request"
  | "stale"
  | "partial";

/** A request that went on to the origin, or waited for one that did. */
export interface Forwarded {
  readonly reason: ForwardReason;
  /** What the origin answered, where it isn't what the client gets (RFC 9211 §2.3). */
  readonly status?: number | undefined;
  /** Seconds that the answer is fresh for; negative when it is stale already. */
  readonly ttlSeconds?: number | undefined;
  readonly isStored?: boolean | undefined;
  /** It was joined with others into one (RFC 9211 §2.6). */
  readonly isCollapsed?: boolean | undefined;
  /** Further words, in ASCII. */
  readonly detail?: string | undefined;
}

/** Names this cache (RFC 9211 §2). */
const CACHE_NAME = "sluice";

/**
 * For an answer from the cache, such as `sluice; hit; ttl=30`.
 *
 * @param ttlSeconds Seconds that it is fresh for yet; negative when it is stale (RFC 9211 §2.4).
 */
export function hitStatus(ttlSeconds: number, detail?: string): string {
  const member = `${CACHE_NAME}; hit; ttl=${integer(ttlSeconds)}`;
  return detail === undefined ? member : member + detailParameter(detail);
}

/** For an answer that the origin was asked for, such as `sluice; fwd=uri-miss; stored; ttl=60`. */
export function forwardedStatus(forwarded: Forwarded): string {
  let member = CACHE_NAME + "; fwd=" + forwarded.reason;
  if (forwarded.status !== undefined) {
    member += "; fwd-status=" + forwarded.status;
  }
  if (forwarded.ttlSeconds !== undefined) {
    member += "; ttl=" + integer(forwarded.ttlSeconds);
  }
  if (forwarded.isStored) member += "; stored";
  if (forwarded.isCollapsed) member += "; collapsed";
  if (forwarded.detail !== undefined) {
    member += detailParameter(forwarded.detail);
  }
  return member;
}

// RFC 9651 §3.3.1: an Integer has at most 15 digits.
const MAX_INTEGER = 999_999_999_999_999;

function integer(seconds: number): number {
  const whole = Math.floor(seconds);
  return Math.max(-MAX_INTEGER, Math.min(whole, MAX_INTEGER));
}

// RFC 9651 §3.3.4: a Token begins with a letter or "*".
const TOKEN = /^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/;

/** RFC 9211 §2.8: a Token or a String. */
function detailParameter(detail: string): string {
  if (TOKEN.test(detail)) return "; detail=" + detail;
  // RFC 9651 §3.3.3: a String is of printable ASCII, with `"` and `\` escaped.
  const printable = detail.replace(/[^\x20-\x7e]/g, "?");
  return `; detail="${printable.replace(/["\\]/g, "\\$&")}"`;
}
