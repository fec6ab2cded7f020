/**
 * The columns of the report: each proxy and ceiling, and how to start it on
 * core 0. It doesn't know what is then measured.
 */

import { fromFileUrl, join } from "@std/path";
import {
  type Child,
  type ChildOptions,
  PROXY_CORE,
} from "./child_processes.ts";
import type { Programs } from "./machine.ts";
import { nginxProxyConfig } from "./nginx_config.ts";
import { squidConfig } from "./squid_config.ts";
import {
  accepting,
  freePort,
  listeningAddress,
  scriptCommand,
  type Workbench,
} from "./workbench.ts";

/** What answers say of caches: a folder of the origin each. */
export type CachingWord = "no-store" | "max-age" | "silent";

/** Columns in the order of the report. */
export const PROXY_NAMES = [
  "sluice",
  "raw-answer",
  "raw-relay",
  "nginx",
  "squid",
  "mitmproxy",
] as const;

/** A column. */
export type ProxyName = typeof PROXY_NAMES[number];

/** What a row asks of a proxy beyond its usual configuration. */
export interface Setup {
  /** Where the relay, which parses nothing, leads. Default: the web origin. */
  readonly leadsTo?: "origin" | "tunnel-origin";
  /** Further flags of Sluice. */
  readonly sluiceFlags?: readonly string[];
  /** Sluice's rule files, by their names. Default: none. */
  readonly rules?: Readonly<Record<string, string>>;
  /** Whether nginx and Squid have a cache too, as Sluice has by default. */
  readonly caches?: boolean;
  /** What the origin's answers say of caches. Default: `no-store`. */
  readonly says?: CachingWord;
  /** Whether Sluice has neither a log nor statistics. */
  readonly isUnrecorded?: boolean;
  /** Sluice's data folder. Default: a fresh one. */
  readonly data?: string;
  /** Whether Sluice intercepts TLS to the origin that has it, as mitmproxy always does. */
  readonly intercepts?: boolean;
  /** The relay's buffer for a direction, in KiB. Default: 64. */
  readonly relayBufferKib?: number;
}

/** A proxy that accepts connections. */
export interface RunningProxy {
  readonly name: ProxyName;
  /** HOST:PORT. */
  readonly address: string;
  readonly child: Child;
  readonly setup: Setup;
  /** Where Sluice's rules are. */
  readonly rulesFolder?: string;
  /** Whom clients have to trust, where it intercepts. */
  readonly caPath?: string;
}

type Start = (
  bench: Workbench,
  setup: Setup,
) => Promise<Omit<RunningProxy, "setup">>;

const STARTS: Readonly<Record<ProxyName, Start>> = {
  "sluice": startSluice,
  "raw-answer": startRawAnswer,
  "raw-relay": startRawRelay,
  "nginx": startNginx,
  "squid": startSquid,
  "mitmproxy": startMitmproxy,
};

const SLUICE_MAIN = fromFileUrl(new URL("../../../main.ts", import.meta.url));
const UNRECORDED_MAIN = fromFileUrl(
  new URL("unrecorded_proxy.ts", import.meta.url),
);
const SLUICE_CONFIG = fromFileUrl(
  new URL("../../../deno.json", import.meta.url),
);

/** Users that packages of Squid make, and the one that every system has. */
const SQUID_USERS = ["proxy", "squid", "nobody"];

/** Starts a proxy in a fresh state. */
export async function startProxy(
  name: ProxyName,
  bench: Workbench,
  setup: Setup = {},
): Promise<RunningProxy> {
  return { ...await STARTS[name](bench, setup), setup };
}

/** Why a column can't be measured here, or undefined. */
export function whyMissing(
  name: ProxyName,
  programs: Programs,
): string | undefined {
  if (name === "nginx" && programs.nginx === undefined) {
    return "nginx isn't installed (package nginx-light)";
  }
  if (name === "squid" && programs.squid === undefined) {
    return "Squid isn't installed (package squid)";
  }
  if (name === "mitmproxy" && programs.mitmdump === undefined) {
    return "mitmproxy isn't installed (package mitmproxy)";
  }
  if (name === "sluice" && !exists(SLUICE_MAIN)) {
    return `Sluice's ${SLUICE_MAIN} doesn't exist`;
  }
  return undefined;
}

async function startSluice(
  bench: Workbench,
  setup: Setup,
): ReturnType<Start> {
  const { sluiceFlags = [], rules = {}, intercepts = false } = setup;
  const data = setup.data ?? await makeFolder(bench, "sluice");
  const rulesFolder = await makeFolder(bench, "rules");
  await writeRules(rulesFolder, rules);
  const main = setup.isUnrecorded ? UNRECORDED_MAIN : SLUICE_MAIN;
  const run = ["run", "-A", "--config", SLUICE_CONFIG, main];
  const child = start(bench, "sluice", {
    command: [
      ...[Deno.execPath(), ...run, "--port", "0", "--data", data],
      ...["--rules", rulesFolder, ...sluiceFlags],
      ...(intercepts ? ["--intercept", "localhost"] : []),
      ...["--upstream-ca", bench.intercepted.caPath],
    ],
    cwd: data,
  });
  const address = await listeningAddress(child);
  return {
    name: "sluice",
    child,
    address,
    rulesFolder,
    ...(intercepts && { caPath: join(data, "ca", "ca.pem") }),
  };
}

/** The origin's URL for a body whose answer says that of caches. */
export function originUrl(
  { origin }: Workbench,
  body: string,
  says: CachingWord = "no-store",
): string {
  const folder = says === "no-store" ? "" : `${says}/`;
  return `http://${origin}/${folder}${body}`;
}

/** Writes rule files into a folder, over what is there. */
export async function writeRules(
  folder: string,
  rules: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(rules)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
}

async function startRawAnswer(bench: Workbench): ReturnType<Start> {
  const child = start(bench, "raw-answer", {
    command: scriptCommand("raw_answer.ts"),
  });
  return { name: "raw-answer", child, address: await listeningAddress(child) };
}

async function startRawRelay(
  bench: Workbench,
  { leadsTo, relayBufferKib = 64 }: Setup,
): ReturnType<Start> {
  const target = leadsTo === "tunnel-origin"
    ? bench.tunnelOrigin
    : bench.origin;
  const child = start(bench, "raw-relay", {
    command: scriptCommand("raw_relay.ts", target, `${relayBufferKib}`),
  });
  return { name: "raw-relay", child, address: await listeningAddress(child) };
}

async function startNginx(
  bench: Workbench,
  { caches = false }: Setup,
): ReturnType<Start> {
  const place = { port: freePort(), folder: await makeFolder(bench, "nginx") };
  const config = join(place.folder, "nginx.conf");
  await Deno.writeTextFile(
    config,
    nginxProxyConfig(place, bench.origin, caches),
  );
  const program = bench.programs.nginx ?? "nginx";
  const child = start(bench, "nginx", {
    command: [program, "-e", "stderr", "-c", config],
  });
  const address = await accepting(child, place.port);
  return { name: "nginx", child, address };
}

/** `-N`: one process, which neither forks nor leaves its standard output. */
async function startSquid(
  bench: Workbench,
  { caches = false }: Setup,
): ReturnType<Start> {
  const folder = await makeFolder(bench, "squid");
  const account = Deno.uid() === 0 ? await findSquidUser() : undefined;
  if (account !== undefined) {
    await Deno.chown(folder, account.uid, account.gid);
  }
  const place = {
    port: freePort(),
    folder,
    ...(account && { user: account.name }),
  };
  const config = join(folder, "squid.conf");
  await Deno.writeTextFile(config, squidConfig(place, caches));
  const program = bench.programs.squid ?? "squid";
  const child = start(bench, "squid", {
    command: [program, "-N", "-f", config],
  });
  const address = await accepting(child, place.port);
  return { name: "squid", child, address };
}

/** Without its log of flows, `-q`, which is its own fastest way. */
async function startMitmproxy(bench: Workbench): ReturnType<Start> {
  const folder = await makeFolder(bench, "mitmproxy");
  const port = freePort();
  const program = bench.programs.mitmdump ?? "mitmdump";
  const child = start(bench, "mitmproxy", {
    command: [
      ...[program, "-q", "--listen-host", "127.0.0.1"],
      ...["--listen-port", `${port}`, "--set", `confdir=${folder}`],
      "--set",
      `ssl_verify_upstream_trusted_ca=${bench.intercepted.caPath}`,
    ],
  });
  const address = await accepting(child, port);
  const caPath = join(folder, "mitmproxy-ca-cert.pem");
  return { name: "mitmproxy", child, address, caPath };
}

function start(
  bench: Workbench,
  name: ProxyName,
  options: Pick<ChildOptions, "command" | "cwd">,
): Child {
  return bench.children.start({ name, core: PROXY_CORE, ...options });
}

async function makeFolder(bench: Workbench, name: string): Promise<string> {
  return await Deno.makeTempDir({ dir: bench.folder, prefix: `${name}-` });
}

async function findSquidUser(): Promise<
  { name: string; uid: number; gid: number } | undefined
> {
  const accounts = (await Deno.readTextFile("/etc/passwd")).split("\n")
    .map((line) => line.split(":"));
  for (const name of SQUID_USERS) {
    const account = accounts.find(([user]) => user === name);
    if (account === undefined) continue;
    return { name, uid: Number(account[2]), gid: Number(account[3]) };
  }
  return undefined;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
