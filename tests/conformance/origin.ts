/**
 * The suite's origin on a free port of loopback: its handlers, behind a server
 * of ours, which adds what later versions of the suite can say: interim
 * responses and a pause before the answer.
 */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { type Dump, messageLines } from "./dump.ts";
import type { CacheSuite, Field } from "./suite.ts";

/** What the origin needs of the suite. */
export type OriginParts = Pick<CacheSuite, "handlers" | "configs">;

/** A running origin. */
export class Origin implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    // A server that listens on a port has an address of this kind.
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
  }

  /** Starts one. @param dump Takes each message of a test. */
  static async open(parts: OriginParts, dump?: Dump): Promise<Origin> {
    const server = createServer((request, response) => {
      handle(parts, request, response, dump);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
    await promise;
    return new Origin(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

function handle(
  { handlers, configs }: OriginParts,
  request: IncomingMessage,
  response: ServerResponse,
  dump: Dump | undefined,
): void {
  const { pathname } = new URL(request.url ?? "/", "http://origin");
  const [, kind, ...segments] = pathname.split("/");
  if (kind !== "test") {
    const handler = kind === "config" ? handlers.config : handlers.state;
    handler(segments, request, response);
    return;
  }
  if (dump !== undefined) dumpExchange(request, response, dump);
  const asked = configs.get(segments[0] ?? "")
    ?.[Number(request.headers["req-num"]) - 1];
  for (const [status, fields = []] of asked?.interim_responses ?? []) {
    sendInterim(response, status, fields);
    const raw = fields.flatMap(([name, value]) => [name, `${value}`]);
    dump?.("origin sends", messageLines(`HTTP/1.1 ${status}`, raw));
  }
  setTimeout(
    () => answer(handlers.test, segments, request, response),
    (asked?.response_pause ?? 0) * 1_000,
  );
}

/** A test that the handler can't make sense of ends as a 500, not the run. */
function answer(
  handler: OriginParts["handlers"]["test"],
  segments: string[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  try {
    handler(segments, request, response);
  } catch (error) {
    response.writeHead(500, { "Content-Type": "text/plain" });
    response.end(String(error));
  }
}

/** node:http sends 103 only with a Link, and looks for it in small letters. */
function sendInterim(
  response: ServerResponse,
  status: number,
  fields: readonly Field[],
): void {
  if (status === 102) return response.writeProcessing();
  const named = fields.map(([name, value]) => [name.toLowerCase(), `${value}`]);
  response.writeEarlyHints(Object.fromEntries(named));
}

function dumpExchange(
  request: IncomingMessage,
  response: ServerResponse,
  dump: Dump,
): void {
  const { method, url, rawHeaders } = request;
  dump("origin receives", messageLines(`${method} ${url}`, rawHeaders));
  response.once("close", () => {
    if (!response.writableEnded) {
      dump("origin closes the connection", []);
      return;
    }
    const fields = Object.entries(response.getHeaders())
      .flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
      .flat().map(String);
    dump(
      "origin sends",
      messageLines(`HTTP/1.1 ${response.statusCode}`, fields),
    );
  });
}
