/**
 * The record of an exchange: what the log may know of one request and its
 * answer. The proxy's exchange implements it, so that logging copies nothing.
 * It has no header fields but Referer and User-Agent: a value of Authorization,
 * Proxy-Authorization, Cookie or Set-Cookie cannot reach a log.
 */

/** Every way in which an exchange can end, in the order of the documentation. */
export const OUTCOMES = [
  "hit",
  "stale",
  "revalidated",
  "miss",
  "bypass",
  "tunnel",
  "intercepted",
  "answered",
  "redirected",
  "blocked",
  "limited",
  "denied",
  "error",
] as const;

/** How an exchange ended. `denied`: authentication or the address guard. */
export type Outcome = typeof OUTCOMES[number];

/** What one rule or list decided about an exchange. */
export interface DecisionRecord {
  readonly rule: string;
  /** `connect`, `request` or `response`. */
  readonly phase: string;
  readonly action: string;
  /** "" for none. */
  readonly reason: string;
  /** Whether the rule is in report mode: decided, but not acted on. */
  readonly report: boolean;
  readonly ms: number;
}

/**
 * One request and its answer. Text is as it came, neither escaped nor masked:
 * the formats do both. A time in milliseconds that did not happen is -1.
 */
export interface ExchangeRecord {
  readonly id: string;
  /** When the request came, in milliseconds since the epoch. */
  readonly timeMs: number;
  readonly client: {
    readonly ip: string;
    readonly port: number;
    readonly user?: string | undefined;
  };
  /** "" when the head could not be read. */
  readonly method: string;
  /** As the client asked; "host:port" for CONNECT; "" when unknown. */
  readonly url: string;
  /** For example "HTTP/1.1". */
  readonly protocol: string;
  /** "" for none; so are the port 0 and the address "". */
  readonly targetHost: string;
  readonly targetPort: number;
  readonly targetAddress: string;
  /** 0 when no answer was sent. */
  readonly status: number;
  readonly outcome: Outcome;
  /** The rule or list whose decision was final, and its reason; "" for none. */
  readonly rule: string;
  readonly reason: string;
  /** Every decision, in the order they were made. Default: none. */
  readonly decisions?: readonly DecisionRecord[] | undefined;
  /** The version of the rule set that decided. Default: not logged. */
  readonly policyVersion?: string | undefined;
  /** The member of Cache-Status that we sent (RFC 9211). Default: not logged. */
  readonly cacheStatus?: string | undefined;
  /** From and to the client, heads included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** To the client, without the head. */
  readonly bodyBytesOut: number;
  readonly totalMs: number;
  readonly policyMs: number;
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly firstByteMs: number;
  /** "" for none, both. */
  readonly errorCode: string;
  readonly errorMessage: string;
  /** "" when the field was not sent, both. */
  readonly referer: string;
  readonly userAgent: string;
}
