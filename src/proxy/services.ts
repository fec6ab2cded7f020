/**
 * What the phases of an exchange work with: built once by whoever starts the proxy and
 * passed down. Nothing here belongs to one exchange.
 */

import type { OriginMemo } from "../http1/origin_memo.ts";
import type { Buffers } from "../net/buffers.ts";
import type { Deadlines } from "../net/deadlines.ts";
import type { DescriptorBudget } from "../net/descriptor_budget.ts";
import type { Dialer } from "../net/dialer.ts";
import type { Pool } from "../net/pool.ts";
import type { Router } from "../net/route.ts";
import type { Access } from "./admit.ts";
import type { Caching } from "./caching.ts";
import type { Client, Exchange } from "./exchange.ts";
import type { Interception } from "./interception.ts";
import type { ListBook } from "./list_book.ts";
import type { RuleBook } from "./rule_book.ts";
import type { ClientRate } from "./screen.ts";
import type { Self } from "./self.ts";

/** Limits and timeouts that the phases obey; all times in ms. */
export interface Limits {
  readonly headTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly tunnelIdleTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
}

/** The pages of the proxy itself. */
export type Pages = (
  request: globalThis.Request,
  client: Client,
) => Response | Promise<Response>;

/** What the phases share. */
export interface Services {
  readonly buffers: Buffers;
  readonly deadlines: Deadlines;
  readonly descriptors: DescriptorBudget;
  readonly dialer: Dialer;
  readonly pool: Pool;
  /** How many tunnels are open. */
  readonly tunnels: { open: number };
  readonly router: Router;
  readonly self: Self;
  readonly origins: OriginMemo;
  readonly limits: Limits;
  /** Undefined: whoever reaches the proxy may use it, for tunnels to any port. */
  readonly access: Access | undefined;
  readonly pages: Pages;
  readonly rules: RuleBook;
  readonly lists: ListBook;
  readonly interception: Interception;
  /** How many requests each client may send; undefined: as many as it likes. */
  readonly clientRate: ClientRate | undefined;
  /** Undefined: nothing is stored. */
  readonly caching: Caching | undefined;
  /** Takes the record of an exchange that is over. */
  readonly record: (exchange: Exchange) => void;
  /** Says what nobody expected, with the id of the exchange that met it. */
  readonly reportBug: (error: unknown, exchangeId: string) => void;
}
