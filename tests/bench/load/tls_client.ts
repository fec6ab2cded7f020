/**
 * The load of the interception rows: connections through a proxy, each asking again and
 * again, or each replaced once it has asked. Without a certificate to trust it
 * speaks in the clear. Prints `done COUNT` for what was done within the seconds.
 *
 * Run: deno run --allow-net --allow-read tls_client.ts PROXY ORIGIN request|handshake
 *   CONNECTIONS SECONDS [CA]
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** What the client was asked for. */
interface Load {
  readonly proxy: Deno.ConnectOptions;
  /** HOST:PORT of the origin. */
  readonly origin: string;
  /** PEM of whom it trusts; undefined for plain HTTP. */
  readonly ca: string | undefined;
  readonly untilMs: number;
}

async function connect({ proxy, origin, ca }: Load): Promise<Deno.Conn> {
  const conn = await Deno.connect(proxy);
  conn.setNoDelay(true);
  if (ca === undefined) return conn;
  const head = `CONNECT ${origin} HTTP/1.1\r\nHost: ${origin}\r\n\r\n`;
  await conn.write(encoder.encode(head));
  const answer = await readHead(conn);
  if (!/^HTTP\/1\.1 200/.test(answer)) {
    throw new Error(`Cannot open a tunnel: the proxy said "${answer}"`);
  }
  const { hostname } = new URL(`https://${origin}`);
  const tls = await Deno.startTls(conn, { hostname, caCerts: [ca] });
  await tls.handshake();
  return tls;
}

async function readHead(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4096);
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const length = await conn.read(buffer);
    if (length === null) break;
    head += decoder.decode(buffer.subarray(0, length));
  }
  return head;
}

/** Asks until the time is over. Returns how often. */
async function request(load: Load): Promise<number> {
  using conn = await connect(load);
  const ask = asker(load);
  let count = 0;
  for (; performance.now() < load.untilMs; count++) await ask(conn);
  return count;
}

/** What sends one request and reads its answer. */
function asker({ origin, ca }: Load): (conn: Deno.Conn) => Promise<void> {
  const url = ca === undefined ? `http://${origin}/1k` : "/1k";
  const head = encoder.encode(`GET ${url} HTTP/1.1\r\nHost: ${origin}\r\n\r\n`);
  const buffer = new Uint8Array(16 * 1024);
  return async (conn) => {
    await conn.write(head);
    await readAnswer(conn, buffer);
  };
}

async function readAnswer(
  conn: Deno.Conn,
  buffer: Uint8Array,
): Promise<void> {
  let text = "";
  let left = Infinity;
  while (left > 0) {
    const length = await conn.read(buffer);
    if (length === null) throw new Error(`Cannot read an answer: ${text}`);
    left -= length;
    if (left !== Infinity) continue;
    text += decoder.decode(buffer.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    const [, size] = /^content-length: (\d+)/im.exec(text) ?? [];
    if (end >= 0) left = end + 4 + Number(size) - text.length;
  }
}

/**
 * Opens, asks once and closes until the time is over: who leaves without a word looks like one
 * that refuses the certificate. Returns how often.
 */
async function shakeHands(load: Load): Promise<number> {
  const ask = asker(load);
  let count = 0;
  for (; performance.now() < load.untilMs; count++) {
    using conn = await connect(load);
    await ask(conn);
  }
  return count;
}

if (import.meta.main) {
  const [proxy = "", origin = "", each, connections, seconds, caPath] =
    Deno.args;
  const { hostname, port } = new URL(`tcp://${proxy}`);
  const load: Load = {
    proxy: { hostname, port: Number(port) },
    origin,
    ca: caPath === undefined ? undefined : await Deno.readTextFile(caPath),
    untilMs: performance.now() + Number(seconds) * 1000,
  };
  const one = each === "handshake" ? shakeHands : request;
  const counts = await Promise.all(
    Array.from({ length: Number(connections) }, () => one(load)),
  );
  console.log(`done ${counts.reduce((sum, count) => sum + count, 0)}`);
}
