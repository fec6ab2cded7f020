/**
 * The near end of the tunnel row: opens parallel connections through a proxy
 * to the tunnel origin, reads the asked-for bytes from each, and prints
 * `received BYTES` once all are in. With `direct` no CONNECT is sent, for a
 * relay whose upstream is fixed.
 *
 * Run: deno run --allow-net tunnel_client.ts PROXY ORIGIN BYTES TUNNELS [direct]
 */

function endpoint(text: string): Deno.ConnectOptions {
  const { hostname, port } = new URL(`tcp://${text}`);
  return { hostname, port: Number(port) };
}

/** Reads the answer to CONNECT up to its empty line. No body bytes follow,
 * because the origin waits for its line first. */
async function expectConnected(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4096);
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const length = await conn.read(buffer);
    if (length === null) break;
    head += new TextDecoder("latin1").decode(buffer.subarray(0, length));
  }
  if (!/^HTTP\/1\.1 200/.test(head)) {
    throw new Error(`Cannot open a tunnel: the proxy said "${head}"`);
  }
}

async function pull(
  proxy: string,
  origin: string,
  bytes: number,
  isDirect: boolean,
): Promise<number> {
  const encoder = new TextEncoder();
  using conn = await Deno.connect(endpoint(proxy));
  if (!isDirect) {
    await conn.write(
      encoder.encode(`CONNECT ${origin} HTTP/1.1\r\nHost: ${origin}\r\n\r\n`),
    );
    await expectConnected(conn);
  }
  await conn.write(encoder.encode(`${bytes}\n`));
  const buffer = new Uint8Array(256 * 1024);
  let received = 0;
  while (received < bytes) {
    const length = await conn.read(buffer);
    if (length === null) break;
    received += length;
  }
  return received;
}

if (import.meta.main) {
  const [proxy = "", origin = "", bytes = "0", tunnels = "1", mode] = Deno.args;
  const each = Math.floor(Number(bytes) / Number(tunnels));
  const received = await Promise.all(
    Array.from(
      { length: Number(tunnels) },
      () => pull(proxy, origin, each, mode === "direct"),
    ),
  );
  console.log(`received ${received.reduce((sum, part) => sum + part, 0)}`);
}
