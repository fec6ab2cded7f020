/**
 * The origin that strangers ask: content that anyone can make again and compare by its
 * digest, and answers that tell how a request arrived. It knows nothing of a proxy.
 *
 *   GET  /bytes/N     N bytes with a length; Range, HEAD and If-None-Match work
 *   GET  /stream/N    the same without a length
 *   GET  /gzip/N      the same, with Content-Encoding: gzip
 *   GET  /redirect/N  302 to /bytes/N
 *   GET  /fields      the request's fields as JSON
 *   any  /digest      reads the body; the SHA-256 of it, as text
 */

import { createHash } from "node:crypto";
import type { Certificate } from "./certificate.ts";

const MAX_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** The first `count` bytes of a fixed sequence without a short period; at most 64 MiB. */
export function content(count: number): Uint8Array<ArrayBuffer> {
  if (count > MAX_BYTES) {
    throw new RangeError(`Cannot make ${count} bytes: at most ${MAX_BYTES}`);
  }
  const words = new Uint32Array(Math.ceil(count / 4));
  let word = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    // Xorshift32: each word follows from the one before, over all 2^32 - 1 values.
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[i] = word;
  }
  return new Uint8Array(words.buffer, 0, count);
}

/** The SHA-256 of bytes, in hex. */
export function digest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server on a free port of loopback. Closes on dispose, at once. */
export class Origin implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https with a certificate; `[::1]` where it listens there. */
  readonly url: string;
  readonly port: number;
  readonly #abort = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(
    handler: (request: Request) => Response | Promise<Response> = serveContent,
    certificate?: Pick<Certificate, "cert" | "key">,
    hostname: "127.0.0.1" | "::1" = "127.0.0.1",
  ) {
    const tls = certificate && { cert: certificate.cert, key: certificate.key };
    this.#server = Deno.serve({
      hostname,
      port: 0,
      signal: this.#abort.signal,
      onListen: () => {},
      ...tls,
    }, handler);
    this.port = this.#server.addr.port;
    const host = hostname === "::1" ? "[::1]" : hostname;
    this.url = `${tls ? "https" : "http"}://${host}:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#server.finished;
  }
}

/** Answers one request as the page above says. */
export async function serveContent(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, name = "", size = "0"] = pathname.split("/");
  switch (name) {
    case "bytes":
      return rangeOf(request, content(Number(size)));
    case "stream":
      return new Response(piecesOf(content(Number(size))));
    case "gzip":
      return new Response(
        piecesOf(content(Number(size))).pipeThrough(
          new CompressionStream("gzip"),
        ),
        { headers: { "content-encoding": "gzip" } },
      );
    case "redirect":
      return new Response(null, {
        status: 302,
        headers: { location: `/bytes/${size}` },
      });
    case "fields":
      return Response.json(Object.fromEntries(request.headers));
    case "digest":
      return new Response(await digestOfBody(request));
  }
  return new Response("no such content\n", { status: 404 });
}

function rangeOf(request: Request, bytes: Uint8Array<ArrayBuffer>): Response {
  const etag = `"${bytes.length}"`;
  const headers = new Headers({ "accept-ranges": "bytes", etag });
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers });
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (range === null) return withLength(request, bytes, 200, headers);
  const first = Number(range[1]);
  const last = range[2] ? Number(range[2]) : bytes.length - 1;
  headers.set("content-range", `bytes ${first}-${last}/${bytes.length}`);
  return withLength(request, bytes.subarray(first, last + 1), 206, headers);
}

function withLength(
  { method }: Request,
  bytes: Uint8Array<ArrayBuffer>,
  status: number,
  headers: Headers,
): Response {
  headers.set("content-length", String(bytes.length));
  headers.set("content-type", "application/octet-stream");
  return new Response(method === "HEAD" ? null : bytes, { status, headers });
}

function piecesOf(
  bytes: Uint8Array<ArrayBuffer>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at += PIECE_BYTES));
    },
  });
}

async function digestOfBody({ body }: Request): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of body ?? []) hash.update(piece);
  return hash.digest("hex");
}
