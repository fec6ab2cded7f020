/**
 * One request as a client sends it to a proxy, on a connection of its own, and the answer to it.
 * Reads the head of what comes and leaves the body as it is. Which requests there are is for
 * demo_steps.ts.
 */

import { WireError } from "../errors.ts";
import type { Fields } from "../http1/fields.ts";
import { parseResponseHead } from "../http1/head.ts";
import { latin1 } from "../http1/latin1.ts";

/** What a client asks for. */
export interface DemoRequest {
  readonly method: string;
  /** A URL, or for CONNECT a host and a port. */
  readonly target: string;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** What a CONNECT is for: the request within, to the origin itself. */
  readonly within?: DemoRequest;
}

/** What came back. Times are in ms since the connection was asked for. */
export interface DemoAnswer {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly fields: Fields;
  /** As it came, with its chunks. */
  readonly body: string;
  readonly firstByteMs: number;
  readonly totalMs: number;
  /** The answer to the request within a tunnel. */
  readonly within?: DemoAnswer;
}

/** There is no proxy to show. The message says what to do. */
export class DemoUnavailable extends Error {
  override readonly name = "DemoUnavailable";
}

/** How long an exchange may take: longer than the proxy waits for a name. */
const LONGEST_MS = 30_000;
/** More than any answer that is asked for. */
const MAX_BYTES = 1024 * 1024;
const READ_BYTES = 16 * 1024;
const HEAD_END = "\r\n\r\n";

/**
 * Sends a request through a proxy, and reads the answer to its end.
 *
 * @param proxy `http://HOST:PORT`, or `https://`; with a user and a password where it asks.
 * @throws {DemoUnavailable} when no proxy answers.
 */
export async function askThrough(
  proxy: URL,
  request: DemoRequest,
): Promise<DemoAnswer> {
  const startMs = performance.now();
  const conn = await connect(proxy);
  const timer = setTimeout(() => conn.close(), LONGEST_MS);
  try {
    const answer = await exchange(conn, request, proxy, startMs);
    if (answer.status === 407) throw wantsPassword(proxy);
    return answer;
  } catch (error) {
    throw unavailable(proxy, error);
  } finally {
    clearTimeout(timer);
    close(conn);
  }
}

/** The proxy's URL without its password. */
export function addressOf(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

async function connect(proxy: URL): Promise<Deno.Conn> {
  const isTls = proxy.protocol === "https:";
  const hostname = proxy.hostname.replace(/^\[|\]$/g, "");
  const port = Number(proxy.port || (isTls ? 443 : 80));
  try {
    return isTls
      ? await Deno.connectTls({ hostname, port })
      : await Deno.connect({ hostname, port });
  } catch (error) {
    throw unavailable(proxy, error);
  }
}

async function exchange(
  conn: Deno.Conn,
  request: DemoRequest,
  proxy: URL,
  startMs: number,
): Promise<DemoAnswer> {
  const { within } = request;
  await write(conn, requestText(request, credentials(proxy)));
  const answer = await read(conn, within !== undefined, startMs);
  if (within === undefined || answer.status !== 200) return answer;
  const { host, pathname, search } = new URL(within.target);
  const inner = { ...within, target: pathname + search };
  await write(conn, requestText(inner, [["Host", host]]));
  return { ...answer, within: await read(conn, false, startMs) };
}

function requestText(
  { method, target, fields = [], body = "" }: DemoRequest,
  added: readonly (readonly [string, string])[],
): string {
  const host = /^\//.test(target)
    ? []
    : [["Host", URL.parse(target)?.host || target] as const];
  // A tunnel has an end of its own.
  const end = method === "CONNECT" ? [] : [["Connection", "close"] as const];
  const length = body === ""
    ? []
    : [["Content-Length", String(body.length)] as const];
  const lines = [...host, ...added, ...end, ...length, ...fields]
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** RFC 7617 §2. */
function credentials(
  { username, password }: URL,
): (readonly [string, string])[] {
  if (username === "") return [];
  const text = `${decodeURIComponent(username)}:${
    decodeURIComponent(password)
  }`;
  const bytes = new TextEncoder().encode(text);
  return [["Proxy-Authorization", `Basic ${bytes.toBase64()}`]];
}

async function write(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

/**
 * Reads an answer: its head alone where a tunnel follows, else all up to the end of the
 * connection.
 *
 * @throws {WireError} for what is no answer.
 */
async function read(
  conn: Deno.Conn,
  isTunnel: boolean,
  startMs: number,
): Promise<DemoAnswer> {
  const buffer = new Uint8Array(READ_BYTES);
  let text = "";
  let firstByteMs = -1;
  while (text.length < MAX_BYTES) {
    const count = await conn.read(buffer);
    if (count === null) break;
    if (firstByteMs < 0) firstByteMs = performance.now() - startMs;
    text += latin1(buffer, 0, count);
    if (isTunnel && text.includes(HEAD_END)) break;
  }
  const end = text.indexOf(HEAD_END);
  if (end < 0) throw new WireError("the answer has no whole head");
  const { status, reasonPhrase, fields } = parseResponseHead(
    text.slice(0, end + 2),
  );
  return {
    status,
    reasonPhrase,
    fields,
    body: text.slice(end + HEAD_END.length),
    firstByteMs,
    totalMs: performance.now() - startMs,
  };
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    // It took too long, and is closed.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function wantsPassword(proxy: URL): DemoUnavailable {
  return new DemoUnavailable(
    `Cannot use the proxy at ${addressOf(proxy)}: it wants a user and a ` +
      `password. Give --proxy ${proxy.protocol}//USER:PASSWORD@${proxy.host}`,
  );
}

function unavailable(proxy: URL, cause: unknown): Error {
  if (cause instanceof DemoUnavailable) return cause;
  return new DemoUnavailable(
    `Cannot reach a proxy at ${addressOf(proxy)}: ${reasonOf(cause)}. ` +
      "Start one, or say where it is by --proxy http://HOST:PORT",
    { cause },
  );
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return "nothing listens there";
  }
  if (cause instanceof WireError) {
    return `what listens there answers no HTTP (${cause.message})`;
  }
  if (cause instanceof Deno.errors.BadResource) {
    return `what listens there did not answer within ${LONGEST_MS / 1000} s`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
