/**
 * Holds many client connections to a proxy for the memory rows. A line on
 * standard input is the word to go on, a line on standard output says where it
 * stands: `warm`, then `connected`, then `requested`.
 *
 * Run: deno run --allow-net idle_clients.ts PROXY URL COUNT
 */

/** Opened or asked at once: below any listener's backlog. */
const BATCH = 100;
/** Requests on one connection before anything is measured, so that code
 * loaded and compiled at the first requests isn't counted for connections. */
const WARM_UP_REQUESTS = 300;

async function request(conn: Deno.Conn, url: string): Promise<void> {
  const { host } = new URL(url);
  await conn.write(
    new TextEncoder().encode(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  );
  const buffer = new Uint8Array(16 * 1024);
  let text = "";
  while (!isWhole(text)) {
    const length = await conn.read(buffer);
    if (length === null) {
      throw new Error(`Cannot read the answer: it ended after "${text}"`);
    }
    text += new TextDecoder("latin1").decode(buffer.subarray(0, length));
  }
}

/** Whether the text is a 200 with all of its Content-Length. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  if (!text.startsWith("HTTP/1.1 200")) {
    throw new Error(`Cannot use the answer: wanted a 200, got "${text}"`);
  }
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end));
  if (length === null) {
    throw new Error(`Cannot use the answer: no Content-Length in "${text}"`);
  }
  return text.length - end - 4 >= Number(length[1]);
}

async function inBatches<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += BATCH) {
    results.push(...await Promise.all(items.slice(at, at + BATCH).map(act)));
  }
  return results;
}

if (import.meta.main) {
  const [proxy = "", url = "", count = "0"] = Deno.args;
  const { hostname, port } = new URL(`tcp://${proxy}`);
  const address = { hostname, port: Number(port) };
  const input = Deno.stdin.readable.getReader();

  const first = await Deno.connect(address);
  for (let left = WARM_UP_REQUESTS; left > 0; left--) await request(first, url);
  console.log("warm");
  await input.read();

  const slots = Array.from({ length: Number(count) });
  const conns = await inBatches(slots, () => Deno.connect(address));
  console.log("connected");
  await input.read();

  await inBatches(conns, (conn) => request(conn, url));
  console.log("requested");
  await input.read();
  Deno.exit(0);
}
