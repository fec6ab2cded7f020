/** A ClientHello as a client of the runtime says it. */

/** What a client says first to origin.test. */
export async function clientHello(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [tcp, accepted] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  using conn = accepted;
  const tls = await Deno.startTls(tcp, { hostname: "origin.test" });
  const failed = tls.handshake().catch(() => {});
  const bytes = new Uint8Array(4096);
  const count = await conn.read(bytes);
  await conn.closeWrite();
  await failed;
  tls.close();
  return bytes.slice(0, count!);
}
