/** What a request on its way through the cache works with. */

import type { CacheRequest } from "../cache/cache_request.ts";
import type { Caching } from "./caching.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Services } from "./services.ts";

/** One request, and who answers it. */
export interface WalkParts {
  readonly exchange: Exchange;
  readonly outgoing: Outgoing;
  readonly key: string;
  /** The request as it would go out without a cache. */
  readonly request: CacheRequest;
  readonly caching: Caching;
  readonly connection: ClientConnection;
  readonly services: Services;
  /** When it came to the cache. Milliseconds since the epoch. */
  readonly nowMs: number;
}
