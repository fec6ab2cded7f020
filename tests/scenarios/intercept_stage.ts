/**
 * Scenarios in which tunnels are intercepted: an origin over TLS at `origin.test` and
 * `*.many.test`, whom the proxy trusts, and clients that trust the proxy's authority.
 */

import { join } from "@std/path";
import type { Settings } from "../../src/config.ts";
import type { LookUp } from "../../src/net/resolver.ts";
import { Origin } from "../clients/content_origin.ts";
import { Peer } from "../net/loopback.ts";
import {
  makeCertificate,
  type TestCertificate,
} from "../net/test_certificate.ts";
import { testWith } from "../requirement.ts";
import { head } from "./requests.ts";
import { type RuleFiles, writeRules } from "./rules_folder.ts";
import { playScenario, type Stage } from "./scenario.ts";
import { WireHead } from "./wire_head.ts";

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly head: WireHead;
  readonly body: string;
}

/** Whom a client asks for. */
export interface Asked {
  /** The name in TLS. Default: that of CONNECT. */
  readonly serverName?: string;
  readonly alpnProtocols?: string[];
  /** PEM of whom it trusts. Default: the proxy's authority. */
  readonly trusts?: string;
}

/** What a script plays with. */
export interface InterceptStage extends Stage {
  /** The origin over TLS. */
  readonly secure: Origin;
  /** What it has been asked, as `METHOD URL`. */
  readonly asked: readonly string[];
  /** The file of the proxy's authority. */
  readonly caPath: string;
  /** PEM of the origin's own certificate. */
  readonly originPem: string;
  /** Sends CONNECT, and reads the 200. */
  readonly tunnel: (host: string, port?: number) => Promise<Deno.TcpConn>;
  /** Opens a tunnel with TLS in it. Default port: that of `secure`. */
  readonly open: (host: string, asked?: Asked, port?: number) => Promise<Peer>;
}

/** What a scenario is played with. */
export interface InterceptSettings extends Partial<Settings> {
  readonly rules?: RuleFiles;
  /** Who may use the proxy, as an htpasswd file says it; clients come as `u` with the password `p`. */
  readonly users?: string;
  readonly handler?: (request: Request) => Response | Promise<Response>;
  /** See ScenarioSettings. */
  readonly lookUp?: LookUp;
  /** What the origin's certificate is for, beside the names above. */
  readonly names?: readonly string[];
  /** The origin's certificate, in place of one for all these names. */
  readonly certificate?: TestCertificate;
}

/** Registers a scenario in which `.test` is intercepted, unless the settings say otherwise. */
export function interceptScenario(
  name: string,
  settings: InterceptSettings,
  play: (stage: InterceptStage) => Promise<void>,
): void {
  testWith(["openssl"], name, () => playIntercepted(settings, play));
}

/** Plays such a scenario within a test. Needs the program openssl. */
export async function playIntercepted(
  given: InterceptSettings,
  play: (stage: InterceptStage) => Promise<void>,
): Promise<void> {
  const { rules, users, handler = echo, names = [], ...rest } = given;
  const {
    certificate = await makeCertificate("origin.test", "*.many.test", ...names),
    ...settings
  } = rest;
  const folder = await Deno.makeTempDir({ prefix: "sluice_intercept_" });
  try {
    const upstreamCaPath = join(folder, "upstream.pem");
    await Deno.writeTextFile(upstreamCaPath, certificate.cert);
    const asked: string[] = [];
    await using secure = new Origin((request) => {
      asked.push(`${request.method} ${request.url}`);
      return handler(request);
    }, certificate);
    const rulesPath = join(folder, "rules");
    await Deno.mkdir(rulesPath);
    await writeRules(rulesPath, rules ?? {});
    const authPath = join(folder, "users");
    await Deno.writeTextFile(authPath, users ?? "");
    const all = {
      dataDir: join(folder, "data"),
      interceptHosts: [".test", "127.0.0.1"],
      upstreamCaPath,
      ...rules && { rulesPath },
      ...users && { authPath },
      ...settings,
    };
    await playScenario(all, async (stage) => {
      const caPath = join(all.dataDir, "ca", "ca.pem");
      await play(Object.assign(Object.create(stage), {
        secure,
        asked,
        originPem: certificate.cert,
        caPath,
        ...clients(stage, secure, caPath),
      }));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The origin's answer: what it was asked, and the body that it got. */
async function echo(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return new Response(
    `${request.method} ${pathname} ${await request.text()}`,
    { headers: { "x-fields": [...request.headers.keys()].join(",") } },
  );
}

function clients(
  { proxy }: Stage,
  secure: Origin,
  caPath: string,
): Pick<InterceptStage, "tunnel" | "open"> {
  const tunnel = async (host: string, port = secure.port) => {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: proxy.port,
    });
    const authority = `${host}:${port}`;
    await conn.write(new TextEncoder().encode(
      head(
        `CONNECT ${authority} HTTP/1.1`,
        `Host: ${authority}`,
        `Proxy-Authorization: Basic ${btoa("u:p")}`,
      ),
    ));
    await readEstablished(conn);
    return conn;
  };
  return {
    tunnel,
    open: async (host, asked = {}, port) => {
      const tcp = await tunnel(host, port);
      const { serverName = host, alpnProtocols = [], trusts } = asked;
      const caCerts = [trusts ?? await Deno.readTextFile(caPath)];
      const tls = await Deno.startTls(tcp, {
        hostname: serverName,
        alpnProtocols,
        caCerts,
      });
      try {
        await tls.handshake();
      } catch (error) {
        tls.close();
        throw error;
      }
      return new Peer(tls);
    },
  };
}

/** Nothing follows the 200 before the client has said something. */
async function readEstablished(conn: Deno.TcpConn): Promise<void> {
  const into = new Uint8Array(1024);
  let text = "";
  while (!text.endsWith("\r\n\r\n")) {
    const count = await conn.read(into);
    if (count === null) break;
    text += new TextDecoder().decode(into.subarray(0, count));
  }
  if (text.startsWith("HTTP/1.1 200 ")) return;
  conn.close();
  throw new Error(`Cannot open a tunnel: ${text}`);
}

/** Reads an answer with a length or in chunks; `isBodiless` for one to HEAD. */
export async function answerOf(
  peer: Peer,
  isBodiless = false,
): Promise<Answer> {
  const head = new WireHead(await peer.head());
  const { status } = head;
  const length = isBodiless ? "0" : head.get("content-length");
  if (length !== undefined) {
    return { status, head, body: await peer.text(Number(length)) };
  }
  let body = "";
  while (true) {
    const size = parseInt(await line(peer), 16);
    body += await peer.text(size);
    await line(peer);
    if (size === 0) return { status, head, body };
  }
}

async function line(peer: Peer): Promise<string> {
  let text = "";
  while (!text.endsWith("\r\n")) text += await peer.text(1);
  return text;
}
