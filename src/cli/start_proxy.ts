/**
 * Starts a proxy from its settings: opens its parts, builds what exchanges work with, serves,
 * and closes all again, last first. What belongs to a process (signals, prompts, exit codes)
 * is in run.ts.
 */

import { showsAdminToken } from "../admin/admin_guard.ts";
import { newAdminToken } from "../admin/admin_token.ts";
import type { SettingView } from "../admin/settings_page.ts";
import type { Settings } from "../config.ts";
import { formatHost } from "../http1/target.ts";
import { programLogger } from "../log/program_log.ts";
import type { LookUp } from "../net/resolver.ts";
import { Server } from "../proxy/server.ts";
import type { Services } from "../proxy/services.ts";
import type { RuleSets } from "../sandbox/rule_set.ts";
import { buildServices } from "./build_services.ts";
import { type DescriptorLimit, descriptorLimit } from "./descriptor_limit.ts";
import type { Console } from "./open_log.ts";
import { type OpenParts, openParts } from "./open_parts.ts";

export type { Console } from "./open_log.ts";

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
 * @param lookUp What finds the addresses of names. Default: the system's name servers.
 * @param adminToken Lets who shows it change things on the admin pages. Default: nobody knows it.
 * @param settingViews The settings as the admin pages show them. Default: they are not shown.
 * @throws {Error} when it can't listen, a file of the settings can't be read or written, or a rule
 * is broken.
 */
export async function startProxy(
  settings: Settings,
  console: Console | undefined,
  lookUp?: LookUp,
  adminToken: string = newAdminToken(),
  settingViews: readonly SettingView[] = [],
): Promise<RunningProxy> {
  // Closes what was opened when a later step throws; empty once the proxy runs.
  await using opening = new AsyncDisposableStack();
  const isAdministrator = (authorization: string) =>
    showsAdminToken(authorization, adminToken);
  const options = { console, isAdministrator };
  const parts = await openParts(settings, options, opening);
  const address = addressOf(settings, parts.listener);
  const services = buildServices(settings, parts, {
    address,
    lookUp,
    descriptorLimit: knownOrSaid(descriptorLimit()),
    adminToken,
    settingViews,
  });
  const server = serverOf(parts, services);
  parts.statistics.watch({ server, services });
  const served = server.run();
  const opened = opening.move();
  return {
    address,
    port: parts.listener.addr.port,
    services,
    server,
    rules: parts.rules.sets,
    served,
    stop: async () => {
      parts.statistics.endStreams();
      const cut = await server.drain(settings.drainTimeoutMs);
      await opened.disposeAsync();
      return cut;
    },
    flushLogSync: () => parts.log.flushSync(),
  };
}

function addressOf({ tls }: Settings, { addr }: Deno.TcpListener): string {
  const scheme = tls === undefined ? "http" : "https";
  const { hostname: host, port } = addr;
  return `${scheme}://${formatHost({ host, port })}`;
}

/** A limit below what there is serves fewer than could be. */
function knownOrSaid({ limit, isAssumed }: DescriptorLimit): number {
  if (isAssumed && Deno.build.os === "linux") {
    programLogger("server").warn(
      "the limit of file descriptors can't be seen, so {limit} are assumed: grant `--allow-run=deno` to have it looked up",
      { limit },
    );
  }
  return limit;
}

function serverOf({ listener, tls }: OpenParts, services: Services): Server {
  const logger = programLogger("server");
  return new Server(listener, services, {
    wrap: tls?.wrap,
    outOfDescriptors: (error) =>
      logger.error(
        "no file descriptors are left: raise `ulimit -n` or lower --max-connections ({error})",
        { error: error instanceof Error ? error.message : String(error) },
      ),
  });
}
