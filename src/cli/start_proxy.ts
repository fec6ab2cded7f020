/**
 * Builds a proxy from its settings and starts to serve: the one place where the parts
 * meet. What belongs to a process (signals, prompts, exit codes) is in run.ts.
 */

import { createSecureContext } from "node:tls";
import { OriginMemo } from "../http1/origin_memo.ts";
import { formatHost } from "../http1/target.ts";
import type { Settings } from "../config.ts";
import { pages } from "../admin/pages.ts";
import { AccessLog } from "../log/access_log.ts";
import type { ByteTarget } from "../log/buffered_writer.ts";
import { programLogger } from "../log/program_log.ts";
import { Buffers } from "../net/buffers.ts";
import { Deadlines } from "../net/deadlines.ts";
import { Dialer } from "../net/dialer.ts";
import { Pool } from "../net/pool.ts";
import { Resolver } from "../net/resolver.ts";
import { parseParent, Router } from "../net/route.ts";
import { TlsStream } from "../net/tls_stream.ts";
import { Self } from "../proxy/self.ts";
import { Server, type ServerOptions } from "../proxy/server.ts";
import type { Services } from "../proxy/services.ts";
import type { RuleSets } from "../sandbox/rule_set.ts";
import { type OpenRules, openRules } from "./proxy_rules.ts";
import { VERSION } from "./version.ts";

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
 * @throws {Error} when it can't listen, a file of the settings can't be read or written, or a rule
 * is broken.
 */
export async function startProxy(
  settings: Settings,
  console: Console | undefined,
): Promise<RunningProxy> {
  const log = await openLog(settings, console);
  let listener: Deno.TcpListener | undefined;
  let rules: OpenRules | undefined;
  try {
    const wrap = tlsWrap(settings);
    const caCerts = upstreamAuthorities(settings);
    listener = Deno.listen({ hostname: settings.host, port: settings.port });
    rules = await openRules(settings);
    return serve(listener, wrap, settings, { log, rules, caCerts });
  } catch (error) {
    listener?.close();
    await rules?.close();
    await log.close();
    throw error;
  }
}

/** What was opened for the proxy, and is closed with it. */
interface Opened {
  readonly log: AccessLog;
  readonly rules: OpenRules;
  /** PEM authorities to trust in a parent, besides the system's. */
  readonly caCerts: readonly string[];
}

function serve(
  listener: Deno.TcpListener,
  wrap: ServerOptions["wrap"],
  settings: Settings,
  { log, rules, caCerts }: Opened,
): RunningProxy {
  const { hostname, port } = listener.addr;
  const scheme = settings.tls === undefined ? "http" : "https";
  const address = `${scheme}://${formatHost({ host: hostname, port })}`;
  const services = buildServices(
    settings,
    { host: hostname, port },
    address,
    { log, rules, caCerts },
  );
  const logger = programLogger("server");
  const server = new Server(listener, services, {
    wrap,
    outOfDescriptors: (error) =>
      logger.error(
        "no file descriptors are left: raise `ulimit -n` or lower --max-connections ({error})",
        { error: messageOf(error) },
      ),
  });
  const stop = async () => {
    const cut = await server.drain(settings.drainTimeoutMs);
    await rules.close();
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
  return [readPem("--upstream-ca", upstreamCaPath)];
}

/** What makes TLS of an accepted connection; undefined for none. */
function tlsWrap({ host, tls }: Settings): ServerOptions["wrap"] {
  if (tls === undefined) return undefined;
  const cert = readPem("--tls-cert", tls.certPath);
  const key = readPem("--tls-key", tls.keyPath);
  checkCertificate(host, { cert, key }, tls);
  const logger = programLogger("server");
  const options = {
    secureContext: createSecureContext({ cert, key }),
    ALPNProtocols: ["http/1.1"],
  };
  return (tcp) => {
    const stream = new TlsStream(tcp, options);
    stream.handshake().catch((error) => {
      logger.debug("a TLS handshake with {client} failed: {error}", {
        client: tcp.remoteAddr.hostname,
        error: messageOf(error),
      });
    });
    return stream;
  };
}

/**
 * Refuses what TLS can't use. `createSecureContext` takes anything and lets each handshake
 * fail; a listener of the runtime's own looks at once, and says what is wrong.
 */
function checkCertificate(
  hostname: string,
  pem: { cert: string; key: string },
  { certPath, keyPath }: { certPath: string; keyPath: string },
): void {
  try {
    Deno.listenTls({ hostname, port: 0, ...pem }).close();
  } catch (error) {
    if (isAboutTheAddress(error)) throw error;
    throw new Error(
      `Cannot use "${certPath}" and "${keyPath}" for TLS: ${
        messageOf(error)
      }. A PEM certificate chain and its private key are wanted.`,
      { cause: error },
    );
  }
}

function isAboutTheAddress(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse ||
    error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof Deno.errors.PermissionDenied;
}

function readPem(option: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new Error(
      `Cannot read the PEM file of ${option}, "${path}": ${messageOf(error)}.`,
      { cause: error },
    );
  }
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
  { log, rules, caCerts }: Opened,
): Services {
  const buffers = new Buffers();
  const deadlines = new Deadlines();
  const logger = programLogger("exchange");
  const { upstream } = settings;
  return {
    buffers,
    deadlines,
    dialer: new Dialer({
      context: { buffers, deadlines },
      resolver: new Resolver(),
      connectTimeoutMs: settings.connectTimeoutMs,
      caCerts: [...caCerts],
    }),
    pool: new Pool({ idleTimeoutMs: settings.poolIdleTimeoutMs }),
    router: new Router(
      upstream === undefined ? undefined : parseParent(upstream),
      settings.noProxy,
    ),
    self: new Self([listener], ownAddresses(), settings.adminHosts),
    origins: new OriginMemo(),
    limits: settings,
    pages: pages({ version: VERSION, address }),
    rules: rules.book,
    record: (exchange) => log.record(exchange),
    reportBug: (error, id) =>
      logger.error("unexpected error in exchange {id}: {error}", { id, error }),
  };
}

function ownAddresses(): string[] {
  return Deno.networkInterfaces().map((networkInterface) =>
    networkInterface.address
  );
}
