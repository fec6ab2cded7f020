/**
 * Fills the statistics of a proxy, keeps light traffic going, and then reads its live page.
 * A line on standard output says where it stands: `filled`, then, after a line on standard
 * input, `reading` once every reader has had the whole page.
 *
 * Run: deno run --allow-net live_readers.ts PROXY URL READERS
 */

/** More hosts than a list shows. */
const HOSTS = 300;
/** Light traffic: one request in so many ms, half of them blocked. */
const PAUSE_MS = 50;

type Address = Deno.ConnectOptions;

/** One request on a connection of its own, and its answer to the end. */
async function ask(address: Address, url: string): Promise<void> {
  using conn = await Deno.connect(address);
  const { host } = new URL(url);
  const lines = [`GET ${url} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
  await conn.write(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
  const buffer = new Uint8Array(16 * 1024);
  while (await conn.read(buffer) !== null);
}

/** The `at`-th request: one that `--block .test` refuses, or one for the origin. */
function urlOf(at: number, url: string): string {
  return at % 2 === 0 ? `${url}?${at}` : blockedUrl(at);
}

function blockedUrl(at: number): string {
  return `http://host-${at % HOSTS}.test/a/path/of/usual/length?page=${at}`;
}

async function goOn(address: Address, url: string): Promise<never> {
  for (let at = 0;; at++) {
    await ask(address, urlOf(at, url));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Resolves with the first event, and reads on. */
async function readLive(proxy: string): Promise<void> {
  const response = await fetch(`http://${proxy}/proxy-stats/stream`);
  if (response.body === null || !response.ok) {
    throw new Error(`Cannot read the live page: got ${response.status}`);
  }
  const events = response.body.getReader();
  await events.read();
  void drain(events);
}

async function drain(
  events: ReadableStreamDefaultReader<Uint8Array>,
): Promise<void> {
  while (!(await events.read()).done);
}

if (import.meta.main) {
  const [proxy = "", url = "", readers = "0"] = Deno.args;
  const { hostname, port } = new URL(`tcp://${proxy}`);
  const address = { hostname, port: Number(port) };
  for (let at = 0; at < HOSTS; at++) await ask(address, blockedUrl(at));
  void goOn(address, url);
  console.log("filled");
  await Deno.stdin.readable.getReader().read();
  const slots = Array.from({ length: Number(readers) });
  await Promise.all(slots.map(() => readLive(proxy)));
  console.log("reading");
}
