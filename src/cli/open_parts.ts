/**
 * Opens what a proxy holds, in the order in which one part needs another: log, listener,
 * store, and what lives in the store. Whoever asks closes it again, last first.
 */

import { rulesInForce } from "../admin/rules_desk.ts";
import type { RulesInForce } from "../admin/rules_in_force.ts";
import type { Settings } from "../config.ts";
import type { AccessLog } from "../log/access_log.ts";
import type { Access } from "../proxy/admit.ts";
import { openRuleModes } from "./admin_options.ts";
import { readCaCertificates } from "./ca_certificates.ts";
import { ListenerTls } from "./listener_tls.ts";
import { type OpenAccess, openAccess } from "./open_access.ts";
import { type OpenCache, openCache } from "./open_cache.ts";
import {
  type OpenInterception,
  openInterception,
} from "./open_interception.ts";
import { type OpenLists, openLists } from "./open_lists.ts";
import { type Console, openLog } from "./open_log.ts";
import { type OpenStatistics, openStatistics } from "./open_statistics.ts";
import { openStore } from "./open_store.ts";
import { type OpenRules, openRules } from "./proxy_rules.ts";

/** What a proxy holds while it runs. */
export interface OpenParts {
  readonly log: AccessLog;
  /** Undefined: clients speak plain HTTP. */
  readonly tls: ListenerTls | undefined;
  /** PEM authorities to trust in origins and parents, besides the system's. */
  readonly caCerts: readonly string[];
  readonly interception: OpenInterception;
  readonly access: OpenAccess;
  readonly listener: Deno.TcpListener;
  readonly kv: Deno.Kv;
  readonly rules: OpenRules;
  /** With the modes that rules were switched to by hand; undefined when rules are off. */
  readonly shownRules: RulesInForce | undefined;
  readonly cache: OpenCache;
  readonly lists: OpenLists;
  readonly statistics: OpenStatistics;
}

/** What the settings don't say. */
export interface PartsOptions {
  /** Where records are shown; undefined for nowhere. */
  readonly console: Console | undefined;
  /** Whether an Authorization field shows the administrator's token. */
  readonly isAdministrator: Access["isAdministrator"];
}

/**
 * Opens them.
 *
 * @param opened Takes each part as soon as it is open, and closes those also where a later one
 * can't be opened.
 * @throws {Error} when it can't listen, a file of the settings can't be read or written, or a rule
 * is broken.
 */
export async function openParts(
  settings: Settings,
  { console, isAdministrator }: PartsOptions,
  opened: AsyncDisposableStack,
): Promise<OpenParts> {
  const { host: hostname, port } = settings;
  const log = closed(await openLog(settings, console), opened);
  const tls = settings.tls &&
    closed(new ListenerTls(hostname, settings.tls), opened);
  const caCerts = upstreamAuthorities(settings);
  const interception = await openInterception(settings);
  const access = closed(openAccess(settings, { isAdministrator }), opened);
  const listener = opened.use(Deno.listen({ hostname, port }));
  const kv = opened.use(await openStore(settings.kvPath));
  const rules = closed(await openRules(settings, kv), opened);
  rules.book.modes = await openRuleModes(kv);
  const cache = closed(await openCache(settings, kv), opened);
  const lists = closed(await openLists(settings, kv), opened);
  const shownRules = rules.sets && rulesInForce(rules.sets, rules.book);
  const statistics = closed(
    await openStatistics(settings, { kv, rules: shownRules, log }),
    opened,
  );
  return {
    log,
    tls,
    caCerts,
    interception,
    access,
    listener,
    kv,
    rules,
    shownRules,
    cache,
    lists,
    statistics,
  };
}

/** The part, which is closed with the others from now on. */
function closed<Part extends { close(): void | Promise<void> }>(
  part: Part,
  opened: AsyncDisposableStack,
): Part {
  return opened.adopt(part, (part) => part.close());
}

function upstreamAuthorities({ upstreamCaPath }: Settings): string[] {
  if (upstreamCaPath === undefined) return [];
  return readCaCertificates("--upstream-ca", upstreamCaPath);
}
