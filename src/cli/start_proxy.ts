/**
 * Builds a proxy from its settings and starts to serve: the one place where the parts
 * meet. What belongs to a process (signals, prompts, exit codes) is in run.ts.
 */

import { OriginMemo } from "../http1/origin_memo.ts";
import { formatHost } from "../http1/target.ts";
import type { Settings } from "../config.ts";
import { showsAdminToken } from "../admin/admin_guard.ts";
import { newAdminToken } from "../admin/admin_token.ts";
import { pages } from "../admin/pages.ts";
import { rulesInForce } from "../admin/rules_desk.ts";
import type { RulesInForce } from "../admin/rules_in_force.ts";
import type { SettingView } from "../admin/settings_page.ts";
import { AccessLog } from "../log/access_log.ts";
import type { ByteTarget } from "../log/buffered_writer.ts";
import { programLogger } from "../log/program_log.ts";
import { Buffers } from "../net/buffers.ts";
import { Deadlines } from "../net/deadlines.ts";
import { DescriptorBudget, descriptorLimit } from "../net/descriptor_budget.ts";
import { Dialer } from "../net/dialer.ts";
import { Pool } from "../net/pool.ts";
import { Limiter } from "../policy/limiter.ts";
import { IpRangeSet } from "../policy/ip_range_set.ts";
import { Resolver } from "../net/resolver.ts";
import { parseParent, Router } from "../net/route.ts";
import { RouteGuard } from "../proxy/route_guard.ts";
import { Self } from "../proxy/self.ts";
import { Server } from "../proxy/server.ts";
import type { Services } from "../proxy/services.ts";
import type { RuleSets } from "../sandbox/rule_set.ts";
import { adminOptions, openRuleModes } from "./admin_options.ts";
import { readCaCertificates } from "./ca_certificates.ts";
import { ListenerTls } from "./listener_tls.ts";
import { type OpenAccess, openAccess } from "./open_access.ts";
import { type OpenCache, openCache } from "./open_cache.ts";
import {
  type OpenInterception,
  openInterception,
} from "./open_interception.ts";
import {
  MAX_IDLE_UPSTREAMS,
  type OpenStatistics,
  openStatistics,
} from "./open_statistics.ts";
import { openStore } from "./open_store.ts";
import { type OpenLists, openLists } from "./open_lists.ts";
import { type OpenRules, openRules } from "./proxy_rules.ts";
import { VERSION } from "./version.ts";

/** How many clients are counted at once for --rate-limit. */
const MAX_CLIENTS = 100_000;

/** Where the console's records go. */
export interface Console {
  readonly target: ByteTarget;
  /** Whether `pretty` uses ANSI colours. */
  readonly colour: boolean;
}

/** A proxy that serves. */
export interface RunningProxy {
  /** `http://HOST:PORT`, or `https://` with TLS to the proxy. */
  readonly address: string;
  readonly port: number;
  readonly services: Services;
  readonly server: Server;
  /** The rules in force; undefined when rules are off. */
  readonly rules: RuleSets | undefined;
  /** Ends with the server: after {@link stop}, or when the listener fails. */
  readonly served: Promise<void>;
  /** Drains, flushes the log and closes everything. Returns how many connections were cut. */
  stop(): Promise<number>;
  /** Writes what the log holds without waiting, for a process that ends at once. */
  flushLogSync(): void;
}

/**
 * Starts a proxy.
 *
 * @param console Where records are shown; undefined for nowhere.
 * @param resolver What finds the addresses of names. Default: the system's name servers.
 * @param adminToken Lets who shows it change things on the admin pages. Default: nobody knows it.
 * @param settingViews The settings as the admin pages show them. Default: they are not shown.
 * @throws {Error} when it can't listen, a file of the settings can't be read or written, or a rule
 * is broken.
 */
export async function startProxy(
  settings: Settings,
  console: Console | undefined,
  resolver: Resolver = new Resolver(),
  adminToken: string = newAdminToken(),
  settingViews: readonly SettingView[] = [],
): Promise<RunningProxy> {
  const log = await openLog(settings, console);
  let tls: ListenerTls | undefined;
  let listener: Deno.TcpListener | undefined;
  let access: OpenAccess | undefined;
  let rules: OpenRules | undefined;
  let cache: OpenCache | undefined;
  let lists: OpenLists | undefined;
  let statistics: OpenStatistics | undefined;
  let kv: Deno.Kv | undefined;
  try {
    tls = settings.tls && new ListenerTls(settings.host, settings.tls);
    const caCerts = upstreamAuthorities(settings);
    const interception = await openInterception(settings);
    access = openAccess(settings, {
      isAdministrator: (authorization) =>
        showsAdminToken(authorization, adminToken),
    });
    listener = Deno.listen({ hostname: settings.host, port: settings.port });
    kv = await openStore(settings.kvPath);
    rules = await openRules(settings, kv);
    rules.book.modes = await openRuleModes(kv);
    cache = await openCache(settings, kv);
    lists = await openLists(settings, kv);
    const shownRules = rules.sets && rulesInForce(rules.sets, rules.book);
    statistics = await openStatistics(settings, { kv, rules: shownRules });
    const opened = {
      adminToken,
      settingViews,
      shownRules,
      log,
      resolver,
      access,
      kv,
      rules,
      cache,
      lists,
      statistics,
      caCerts,
      interception,
      tls,
    };
    return serve(listener, settings, opened);
  } catch (error) {
    tls?.close();
    listener?.close();
    await access?.close();
    await statistics?.close();
    await lists?.close();
    await cache?.close();
    await rules?.close();
    kv?.close();
    await log.close();
    throw error;
  }
}

/** What was opened for the proxy, and is closed with it. */
interface Opened {
  readonly adminToken: string;
  readonly settingViews: readonly SettingView[];
  /** With the modes that rules were switched to by hand. */
  readonly shownRules: RulesInForce | undefined;
  readonly log: AccessLog;
  readonly resolver: Resolver;
  readonly access: OpenAccess;
  readonly kv: Deno.Kv;
  readonly rules: OpenRules;
  readonly cache: OpenCache;
  readonly lists: OpenLists;
  readonly statistics: OpenStatistics;
  /** PEM authorities to trust in origins and parents, besides the system's. */
  readonly caCerts: readonly string[];
  readonly interception: OpenInterception;
  /** Undefined: clients speak plain HTTP. */
  readonly tls: ListenerTls | undefined;
}

function serve(
  listener: Deno.TcpListener,
  settings: Settings,
  opened: Opened,
): RunningProxy {
  const { log, access, kv, rules, cache, lists, statistics, tls } = opened;
  const { hostname, port } = listener.addr;
  const scheme = settings.tls === undefined ? "http" : "https";
  const address = `${scheme}://${formatHost({ host: hostname, port })}`;
  const services = buildServices(
    settings,
    { host: hostname, port },
    address,
    opened,
  );
  const logger = programLogger("server");
  const server = new Server(listener, services, {
    wrap: tls?.wrap,
    outOfDescriptors: (error) =>
      logger.error(
        "no file descriptors are left: raise `ulimit -n` or lower --max-connections ({error})",
        { error: messageOf(error) },
      ),
  });
  statistics.watch({ server, services });
  const stop = async () => {
    statistics.endStreams();
    const cut = await server.drain(settings.drainTimeoutMs);
    tls?.close();
    await access.close();
    await statistics.close();
    await lists.close();
    await cache.close();
    await rules.close();
    kv.close();
    await log.close();
    return cut;
  };
  const flushLogSync = () => log.flushSync();
  const served = server.run();
  const { sets } = rules;
  return {
    address,
    port,
    services,
    server,
    rules: sets,
    served,
    stop,
    flushLogSync,
  };
}

function upstreamAuthorities({ upstreamCaPath }: Settings): string[] {
  if (upstreamCaPath === undefined) return [];
  return readCaCertificates("--upstream-ca", upstreamCaPath);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function openLog(
  settings: Settings,
  console: Console | undefined,
): Promise<AccessLog> {
  const { logFormat, logFile, logMaxBytes, logKeep, logQuery } = settings;
  const logger = programLogger("log");
  const log = new AccessLog({
    console: console && { format: logFormat, ...console },
    file: logFile === undefined
      ? undefined
      : { path: logFile, maxBytes: logMaxBytes, keep: logKeep },
    logQuery,
    onError: (error) => logger.error("{error}", { error: error.message }),
  });
  await log.open();
  return log;
}

function buildServices(
  settings: Settings,
  listener: { host: string; port: number },
  address: string,
  opened: Opened,
): Services {
  const { log, resolver, access, rules, cache, lists, interception } = opened;
  const { statistics } = opened;
  const buffers = new Buffers();
  const self = new Self([listener], ownAddresses(), settings.adminHosts);
  const deadlines = new Deadlines();
  const logger = programLogger("exchange");
  const { upstream } = settings;
  return {
    buffers,
    deadlines,
    descriptors: new DescriptorBudget(deadlines, descriptorLimit()),
    dialer: new Dialer({
      context: { buffers, deadlines },
      resolver,
      guard: new RouteGuard({
        privateAddresses: settings.privateAddresses,
        allowedRanges: new IpRangeSet(
          settings.allowAddresses,
          "--allow-address",
        ),
        ownListeners: self.listeners,
      }, lists.book),
      connectTimeoutMs: settings.connectTimeoutMs,
      caCerts: opened.caCerts,
      insecureHosts: new Set(settings.insecureHosts),
    }),
    pool: new Pool({
      idleTimeoutMs: settings.poolIdleTimeoutMs,
      maxIdle: MAX_IDLE_UPSTREAMS,
    }),
    tunnels: { open: 0 },
    router: new Router(
      upstream === undefined ? undefined : parseParent(upstream),
      settings.noProxy,
    ),
    self,
    access: access.access,
    origins: new OriginMemo(),
    limits: settings,
    pages: pages({
      version: VERSION,
      address,
      rules: opened.shownRules,
      stats: statistics.stream,
      admin: adminOptions(settings, opened),
      authorityPem: interception.authorityPem,
    }),
    rules: rules.book,
    caching: cache.caching,
    lists: lists.book,
    interception: interception.interception,
    clientRate: settings.clientRate &&
      { ...settings.clientRate, limiter: new Limiter(MAX_CLIENTS) },
    record: (exchange) => {
      log.record(exchange);
      statistics.record(exchange);
    },
    reportBug: (error, id) =>
      logger.error("unexpected error in exchange {id}: {error}", { id, error }),
  };
}

function ownAddresses(): string[] {
  return Deno.networkInterfaces().map((networkInterface) =>
    networkInterface.address
  );
}
