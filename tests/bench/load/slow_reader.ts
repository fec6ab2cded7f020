/**
 * Fetches one large body through a proxy, in small steps for a while and then
 * as fast as it comes, and prints `received BYTES` (head included). A proxy
 * that reads ahead of its client has to keep what this one doesn't take.
 *
 * Run: deno run --allow-net slow_reader.ts PROXY URL
 */

const SLOW_MS = 3_000;
const PAUSE_MS = 20;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

async function readAll(conn: Deno.Conn): Promise<number> {
  const small = new Uint8Array(16 * 1024);
  const large = new Uint8Array(256 * 1024);
  const slowUntil = performance.now() + SLOW_MS;
  let received = 0;
  for (;;) {
    const isSlow = performance.now() < slowUntil;
    const length = await conn.read(isSlow ? small : large);
    if (length === null) return received;
    received += length;
    if (isSlow) await pause();
  }
}

if (import.meta.main) {
  const [proxy = "", url = ""] = Deno.args;
  const { hostname, port } = new URL(`tcp://${proxy}`);
  using conn = await Deno.connect({ hostname, port: Number(port) });
  await conn.write(
    new TextEncoder().encode(
      `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n` +
        "Connection: close\r\n\r\n",
    ),
  );
  console.log(`received ${await readAll(conn)}`);
}
