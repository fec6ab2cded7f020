/**
 * The far end of the tunnel row: a client names a number of bytes in decimal
 * digits and a line feed, and gets that many. It knows nothing of proxies.
 *
 * Run: deno run --allow-net tunnel_origin.ts
 */

/** Large enough that the origin costs little beside what it feeds. */
const BLOCK = new Uint8Array(256 * 1024);

async function pour(client: Deno.Conn): Promise<void> {
  try {
    for (let left = await readCount(client); left > 0;) {
      left -= await client.write(BLOCK.subarray(0, left));
    }
  } catch {
    // A client that goes before it got everything reports that itself.
  }
  client.close();
}

async function readCount(client: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(32);
  let text = "";
  while (!text.endsWith("\n")) {
    const length = await client.read(buffer);
    if (length === null) return 0;
    text += new TextDecoder().decode(buffer.subarray(0, length));
  }
  return Number(text);
}

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(`listening on 127.0.0.1:${listener.addr.port}`);
  for await (const client of listener) void pour(client);
}
