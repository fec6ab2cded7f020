/**
 * The origin that `sluice demo` asks for things: a server of this program on loopback, with a
 * page for each thing that a proxy does to one. Counts what reaches it, and knows no proxy.
 */

/** A server that runs. */
export interface DemoOrigin extends AsyncDisposable {
  /** `HOST:PORT`. */
  readonly host: string;
  /** What every page's URL begins with, up to the page's own name. No other run has the same. */
  readonly base: string;
  /** How many requests have reached it. */
  readonly requests: () => number;
}

/** How long `/slow` takes. */
const SLOW_MS = 300;
const CHUNKS = 5;
/** The time between two chunks of `/stream`. */
const PAUSE_MS = 40;

const TEXT = "A page of the origin that the demo has started.\n".repeat(20);
const TAG = '"demo"';

type Page = (request: Request) => Response | Promise<Response>;

const PAGES: ReadonlyMap<string, Page> = new Map<string, Page>([
  ["page", page],
  ["private", () => text("for nobody else\n", "no-store")],
  ["old", () => new Response(null, { status: 301, headers: MOVED })],
  ["stream", stream],
  ["slow", slow],
]);

const MOVED = { Location: "page", "Cache-Control": "no-store" };

/** Starts it on a free port of 127.0.0.1. */
export function startDemoOrigin(): DemoOrigin {
  let requests = 0;
  const root = `/${crypto.randomUUID().slice(0, 4)}/`;
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stopping.signal,
    onListen: () => {},
  }, (request) => {
    requests++;
    const { pathname } = new URL(request.url);
    const answer = PAGES.get(pathname.replace(root, ""));
    return answer?.(request) ?? new Response(null, { status: 404 });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    host,
    base: `http://${host}${root}`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await server.finished;
    },
  };
}

function text(body: string, cacheControl: string): Response {
  return new Response(body, { headers: { "Cache-Control": cacheControl } });
}

/** What may be stored for a minute, and can be validated. */
function page(request: Request): Response {
  const headers = { "Cache-Control": "max-age=60", ETag: TAG };
  if (request.method === "POST") return text("changed\n", "no-store");
  return request.headers.get("if-none-match") === TAG
    ? new Response(null, { status: 304, headers })
    : new Response(TEXT, { headers });
}

/** A body that has no length when it begins. */
function stream(): Response {
  const chunks = async function* () {
    for (let i = 1; i <= CHUNKS; i++) {
      yield new TextEncoder().encode(`chunk ${i}\n`);
      await pause(PAUSE_MS);
    }
  };
  return new Response(ReadableStream.from(chunks()), {
    headers: { "Cache-Control": "no-store" },
  });
}

async function slow(): Promise<Response> {
  await pause(SLOW_MS);
  return text(TEXT, "max-age=60");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
