/**
 * What every measurement stands on: a temporary folder, the programs that were
 * started, the origin and the tunnel's far end. Made at the start of a run and
 * taken down whole at its end, whatever happened between.
 */

import { fromFileUrl, join } from "@std/path";
import { type Child, ChildProcesses, LOAD_CORE } from "./child_processes.ts";
import type { Programs } from "./machine.ts";
import { certifiedName } from "../../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../../src/mitm/leaf_issuer.ts";
import { newAuthority } from "../../../src/mitm/new_authority.ts";
import { readAuthority } from "../../../src/mitm/authority.ts";
import { nginxOriginConfig } from "./nginx_config.ts";

/** Names and sizes of the origin's bodies. */
export const BODIES = {
  "1k": 1024,
  "100k": 100 * 1024,
  "1m": 1024 * 1024,
  "1g": 1024 ** 3,
} as const;

/** One of the origin's paths, without its slash. */
export type BodyName = keyof typeof BODIES;

const LISTENING = /^listening on (?:http:\/\/)?(\S+:\d+)$/m;

/** The stand of one run. */
export interface Workbench {
  readonly programs: Programs;
  readonly children: ChildProcesses;
  /** Removed at the end. */
  readonly folder: string;
  /** HOST:PORT of the web origin. */
  readonly origin: string;
  /** HOST:PORT of what a tunnel leads to. */
  readonly tunnelOrigin: string;
  /** HOST:PORT of the same origin in the clear and over TLS, and who has to be trusted there. */
  readonly intercepted: {
    readonly plain: string;
    readonly secure: string;
    readonly caPath: string;
  };
  /** Ends all programs and removes the folder; once, however often called. */
  close(): Promise<void>;
}

/** Starts the origins on core 1. The caller closes the workbench. */
export async function openWorkbench(programs: Programs): Promise<Workbench> {
  const folder = await Deno.makeTempDir({ prefix: "sluice-load-" });
  // Squid gives root's rights up and still has to reach its own sub-folder.
  await Deno.chmod(folder, 0o711);
  const children = new ChildProcesses(folder);
  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    return closed ??= children.stopAll().then(() =>
      Deno.remove(folder, { recursive: true })
    );
  }
  try {
    const origin = await startOrigin(programs, children, folder);
    const tunnelOrigin = await listeningAddress(children.start({
      name: "tunnel_origin",
      core: LOAD_CORE,
      command: scriptCommand("tunnel_origin.ts"),
    }));
    const intercepted = await startIntercepted(children, folder);
    return {
      programs,
      children,
      folder,
      origin,
      tunnelOrigin,
      intercepted,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The command that runs one of this folder's scripts. */
export function scriptCommand(file: string, ...args: string[]): string[] {
  const script = fromFileUrl(new URL(file, import.meta.url));
  const flags = ["--no-config", "--allow-net", "--allow-read"];
  return [Deno.execPath(), "run", ...flags, script, ...args];
}

/** HOST:PORT that a program says it listens on, once it does. */
export async function listeningAddress(child: Child): Promise<string> {
  const [, address = ""] = await child.waitFor(LISTENING);
  return address;
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits until a program that prints no ready line accepts connections. */
export async function accepting(child: Child, port: number): Promise<string> {
  return await child.poll(async () => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return `127.0.0.1:${port}`;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return undefined;
      throw error;
    }
  }, `it to accept connections on port ${port}`);
}

async function startIntercepted(
  children: ChildProcesses,
  folder: string,
): Promise<Workbench["intercepted"]> {
  const [caPath, certPath, keyPath] = ["ca", "cert", "key"].map((name) =>
    join(folder, `origin-${name}.pem`)
  ) as [string, string, string]; // Three names make three paths.
  const nowMs = Date.now();
  const pem = await newAuthority({ nowMs });
  const issuer = await LeafIssuer.create(await readAuthority(pem, nowMs));
  const leaf = await issuer.issue(certifiedName("localhost"), nowMs);
  await Deno.writeTextFile(caPath, pem.certPem);
  await Deno.writeTextFile(certPath, leaf.certPem);
  await Deno.writeTextFile(keyPath, leaf.keyPem);
  const start = async (...args: string[]) => {
    const command = scriptCommand("tls_origin.ts", ...args);
    const options = { name: "tls_origin", core: LOAD_CORE, command };
    const address = await listeningAddress(children.start(options));
    return address.replace("127.0.0.1", "localhost");
  };
  return {
    plain: await start(),
    secure: await start(certPath, keyPath),
    caPath,
  };
}

async function startOrigin(
  { nginx }: Programs,
  children: ChildProcesses,
  folder: string,
): Promise<string> {
  const bodies = join(folder, "bodies");
  await writeBodies(bodies);
  if (nginx === undefined) {
    const command = scriptCommand("plain_origin.ts", bodies);
    return await listeningAddress(
      children.start({ name: "origin", core: LOAD_CORE, command }),
    );
  }
  const port = freePort();
  const place = { port, folder: join(folder, "origin") };
  await Deno.mkdir(place.folder);
  const config = join(place.folder, "nginx.conf");
  await Deno.writeTextFile(config, nginxOriginConfig(place, bodies));
  const command = [nginx, "-e", "stderr", "-c", config];
  return await accepting(
    children.start({ name: "origin", core: LOAD_CORE, command }),
    port,
  );
}

/** The files are holes: they take no disk, and read as zeros. */
async function writeBodies(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  for (const [name, bytes] of Object.entries(BODIES)) {
    await Deno.create(join(folder, name)).then((file) => file.close());
    await Deno.truncate(join(folder, name), bytes);
  }
}
