/**
 * How long things may take, and how many there may be at once.
 * These are the options of "Timeouts" and "Limits" in the help; option.ts says what an entry is.
 */

import { duration } from "./duration.ts";
import { integer } from "./kind.ts";
import type { Option } from "./option.ts";
import { rateOrOff } from "./rate.ts";

const timeout = duration("1ms", "24h");

/** The options of "Timeouts" and "Limits", by their field in Settings. */
export const LIMIT_OPTIONS = {
  headTimeoutMs: {
    name: "head-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "10s",
    placeholder: "TIME",
    description: "longest time for a client to send a whole request head",
    why: "It counts from the head's first byte, not between bytes, so that a " +
      "slow trickle does not hold a connection.",
  },
  idleTimeoutMs: {
    name: "idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "60s",
    placeholder: "TIME",
    description: "how long an idle client connection stays open",
  },
  poolIdleTimeoutMs: {
    name: "pool-idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "30s",
    placeholder: "TIME",
    description: "how long an idle connection to an origin is kept for reuse",
    why: "Shorter than most origins' own limit, so that few reused " +
      "connections turn out to be closed.",
  },
  connectTimeoutMs: {
    name: "connect-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "10s",
    placeholder: "TIME",
    description: "longest time to reach an origin, name lookup included",
  },
  responseTimeoutMs: {
    name: "response-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "60s",
    placeholder: "TIME",
    description: "longest wait between bytes of an origin's answer",
    why: "It starts when the request has gone out, and also ends a request " +
      "body that stalls.",
  },
  tunnelIdleTimeoutMs: {
    name: "tunnel-idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "5m",
    placeholder: "TIME",
    description: "how long a tunnel without traffic stays open",
  },
  drainTimeoutMs: {
    name: "drain-timeout",
    group: "Timeouts",
    kind: duration("0", "24h"),
    default: "30s",
    placeholder: "TIME",
    description:
      "time for running exchanges to end at shutdown; 0 waits for none",
  },
  maxConnections: {
    name: "max-connections",
    group: "Limits",
    kind: integer(1, 1_000_000),
    default: "4096",
    placeholder: "N",
    description: "client connections at once; further ones get a 503",
  },
  maxConnectionsPerClient: {
    name: "max-connections-per-client",
    group: "Limits",
    kind: integer(1, 1_000_000),
    default: "256",
    placeholder: "N",
    description: "connections at once from one address; further ones get a 503",
  },
  clientRate: {
    name: "rate-limit",
    group: "Limits",
    kind: rateOrOff(),
    default: "off",
    placeholder: "N/TIME",
    description: "requests that a client may send, such as 100/10s; then 429",
    why: "All at once or spread. Every request and CONNECT counts, hits too, " +
      "the proxy's own pages not.",
  },
} satisfies Record<string, Option>;
