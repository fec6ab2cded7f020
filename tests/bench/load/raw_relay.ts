/**
 * The ceiling for a miss and for a tunnel: one upstream connection for each
 * client connection, bytes copied as they come, nothing parsed. No proxy on
 * the same runtime that passes bytes through can cost less.
 *
 * Run: deno run --allow-net raw_relay.ts HOST:PORT [BUFFER_KIB]
 */

async function copy(
  from: Deno.Conn,
  to: Deno.Conn,
  bufferBytes: number,
): Promise<void> {
  const buffer = new Uint8Array(bufferBytes);
  for (let length; (length = await from.read(buffer)) !== null;) {
    let sent = await to.write(buffer.subarray(0, length));
    while (sent < length) sent += await to.write(buffer.subarray(sent, length));
  }
  await to.closeWrite();
}

async function relay(
  client: Deno.TcpConn,
  upstream: Deno.ConnectOptions,
  bufferBytes: number,
): Promise<void> {
  let origin: Deno.TcpConn | undefined;
  try {
    origin = await Deno.connect(upstream);
    client.setNoDelay();
    origin.setNoDelay();
    await Promise.all([
      copy(client, origin, bufferBytes),
      copy(origin, client, bufferBytes),
    ]);
  } catch {
    // Either side reset: both connections end below.
  }
  client.close();
  origin?.close();
}

if (import.meta.main) {
  const [target = "", bufferKib = "64"] = Deno.args;
  const { hostname, port } = new URL(`tcp://${target}`);
  const upstream = { hostname, port: Number(port) };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(`listening on 127.0.0.1:${listener.addr.port}`);
  for await (const client of listener) {
    void relay(client, upstream, Number(bufferKib) * 1024);
  }
}
