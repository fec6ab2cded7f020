/**
 * The origin of the interception rows: answers each head with the same 1 KiB, over TLS
 * where it is given a certificate and its key, else in the clear. It knows nothing of
 * proxies.
 *
 * Run: deno run --allow-net --allow-read tls_origin.ts [CERT KEY]
 */

const BODY_BYTES = 1024;
const ANSWER = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" +
    `Content-Length: ${BODY_BYTES}\r\n\r\n${"x".repeat(BODY_BYTES)}`,
);

/** Each read brings one head: clients here wait for their answer. */
async function answerAll(client: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  try {
    while (await client.read(buffer) !== null) await client.write(ANSWER);
  } catch {
    // A client that goes in the midst of something reports that itself.
  }
  client.close();
}

function listen([cert, key]: readonly string[]): Deno.Listener {
  const address = { hostname: "127.0.0.1", port: 0 };
  if (cert === undefined || key === undefined) return Deno.listen(address);
  return Deno.listenTls({
    ...address,
    cert: Deno.readTextFileSync(cert),
    key: Deno.readTextFileSync(key),
  });
}

if (import.meta.main) {
  const listener = listen(Deno.args);
  // A listener on TCP has an address with a port.
  const { port } = listener.addr as Deno.NetAddr;
  console.log(`listening on 127.0.0.1:${port}`);
  for await (const client of listener) void answerAll(client);
}
