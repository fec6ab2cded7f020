/**
 * A connection for an exchange: one from the pool, or a fresh one. The exchange learns
 * the address and the times, and can end a dial that nobody needs any more.
 */

import { ProxyError } from "../errors.ts";
import { WRITE_PATIENCE } from "../net/conn.ts";
import type { Route } from "../net/route.ts";
import { Upstream } from "../net/upstream.ts";
import type { Exchange } from "./exchange.ts";
import type { Services } from "./services.ts";

/**
 * Dials along `route` for `exchange`.
 *
 * @throws {ProxyError | ClientGone}
 */
export async function connect(
  exchange: Exchange,
  route: Route,
  services: Services,
): Promise<Upstream> {
  if (exchange.abortReason !== undefined) throw exchange.abortReason;
  refuseWithoutRoom(services);
  const cancel = new AbortController();
  exchange.onAbort = () => cancel.abort();
  try {
    const dialled = await services.dialer.dial(route, cancel);
    exchange.dnsMs = dialled.dnsMs;
    exchange.connectMs = dialled.connectMs;
    exchange.tlsMs = dialled.tlsMs;
    exchange.targetAddress = dialled.address;
    const { conn, address } = dialled;
    conn.writeTimeoutMs = WRITE_PATIENCE * services.limits.responseTimeoutMs;
    return new Upstream(conn, services.buffers, address, route.key);
  } catch (error) {
    throw exchange.abortReason ?? error;
  } finally {
    exchange.onAbort = undefined;
  }
}

/** Idle connections make room for one that is needed. */
function refuseWithoutRoom({ descriptors, pool }: Services): void {
  if (!descriptors.isSpent) return;
  pool.closeAll();
  if (!descriptors.isSpent) return;
  const message = "the proxy has too many connections open";
  throw new ProxyError(503, "proxy", "connection_limit_reached", message, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

const RETRY_AFTER_SECONDS = 1;
