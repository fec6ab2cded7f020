/**
 * What the phases of an exchange work with, from the settings and the parts that were opened.
 * Opens nothing, and so has nothing to close.
 */

import type { SettingView } from "../admin/settings_page.ts";
import { pages } from "../admin/pages.ts";
import type { Settings } from "../config.ts";
import { OriginMemo } from "../http1/origin_memo.ts";
import { programLogger } from "../log/program_log.ts";
import { Buffers } from "../net/buffers.ts";
import { Deadlines } from "../net/deadlines.ts";
import { DescriptorBudget } from "../net/descriptor_budget.ts";
import { Dialer } from "../net/dialer.ts";
import { Pool } from "../net/pool.ts";
import { type LookUp, Resolver } from "../net/resolver.ts";
import { parseParent, Router } from "../net/route.ts";
import { IpRangeSet } from "../policy/ip_range_set.ts";
import { Limiter } from "../policy/limiter.ts";
import { RouteGuard } from "../proxy/route_guard.ts";
import { Self } from "../proxy/self.ts";
import type { Pages, Services } from "../proxy/services.ts";
import { adminOptions } from "./admin_options.ts";
import type { OpenParts } from "./open_parts.ts";
import { MAX_IDLE_UPSTREAMS } from "./proxy_capacities.ts";
import { VERSION } from "./version.ts";

/** How many clients are counted at once for --rate-limit. */
const MAX_CLIENTS = 100_000;

/** What neither the settings nor the parts say. */
export interface ServicesOptions {
  /** See RunningProxy. */
  readonly address: string;
  /** Finds the addresses of names. Default: the system's name servers. */
  readonly lookUp?: LookUp | undefined;
  /** How many file descriptors the process may have. */
  readonly descriptorLimit: number;
  readonly adminToken: string;
  /** See setting_views.ts. */
  readonly settingViews: readonly SettingView[];
}

/** Builds the services of one proxy. @throws {Error} for a range or a parent that is none. */
export function buildServices(
  settings: Settings,
  parts: OpenParts,
  options: ServicesOptions,
): Services {
  const { access, rules, cache, lists, interception } = parts;
  const context = { buffers: new Buffers(), deadlines: new Deadlines() };
  const self = selfOf(settings, parts);
  const { lookUp, descriptorLimit } = options;
  const descriptors = new DescriptorBudget(context.deadlines, descriptorLimit);
  return {
    ...context,
    descriptors,
    dialer: new Dialer({
      context,
      resolver: new Resolver(lookUp, descriptors),
      descriptors,
      guard: guardOf(settings, parts, self),
      connectTimeoutMs: settings.connectTimeoutMs,
      caCerts: parts.caCerts,
      insecureHosts: new Set(settings.insecureHosts),
    }),
    pool: new Pool({
      idleTimeoutMs: settings.poolIdleTimeoutMs,
      maxIdle: MAX_IDLE_UPSTREAMS,
    }),
    tunnels: { open: 0 },
    router: routerOf(settings),
    self,
    access: access.access,
    origins: new OriginMemo(),
    limits: settings,
    pages: pagesOf(settings, parts, options),
    rules: rules.book,
    caching: cache.caching,
    lists: lists.book,
    interception: interception.interception,
    clientRate: clientRateOf(settings),
    record: recorderOf(parts),
    reportBug,
  };
}

function reportBug(error: unknown, id: string): void {
  const what = "unexpected error in exchange {id}: {error}";
  programLogger("exchange").error(what, { id, error });
}

function clientRateOf({ clientRate }: Settings): Services["clientRate"] {
  return clientRate && { ...clientRate, limiter: new Limiter(MAX_CLIENTS) };
}

/** Without statistics nothing but the log is told. */
function recorderOf(
  { log, statistics: { record } }: OpenParts,
): Services["record"] {
  if (record === undefined) return (exchange) => log.record(exchange);
  return (exchange) => {
    log.record(exchange);
    record(exchange);
  };
}

function selfOf({ adminHosts }: Settings, { listener }: OpenParts): Self {
  const { hostname: host, port } = listener.addr;
  const ownAddresses = Deno.networkInterfaces().map(({ address }) => address);
  return new Self([{ host, port }], ownAddresses, adminHosts);
}

function guardOf(
  { privateAddresses, allowAddresses }: Settings,
  { lists }: OpenParts,
  { listeners: ownListeners }: Self,
): RouteGuard {
  const allowedRanges = new IpRangeSet(allowAddresses, "--allow-address");
  return new RouteGuard(
    { privateAddresses, allowedRanges, ownListeners },
    lists.book,
  );
}

function routerOf({ upstream, noProxy }: Settings): Router {
  const parent = upstream === undefined ? undefined : parseParent(upstream);
  return new Router(parent, noProxy);
}

function pagesOf(
  settings: Settings,
  parts: OpenParts,
  { address, adminToken, settingViews }: ServicesOptions,
): Pages {
  return pages({
    version: VERSION,
    address,
    rules: parts.shownRules,
    stats: parts.statistics.stream,
    admin: adminOptions(settings, { ...parts, adminToken, settingViews }),
    authorityPem: parts.interception.authorityPem,
  });
}
