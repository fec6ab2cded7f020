/**
 * The ceiling for an answer from memory: every read of a connection is
 * answered with one fixed 1 KiB response. Nothing is parsed, so no proxy on
 * the same runtime can cost less for a request that it answers by itself.
 *
 * Run: deno run --allow-net raw_answer.ts
 */

const ANSWER = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n" +
    "Content-Length: 1024\r\n\r\n" + "x".repeat(1024),
);

async function answerEachRead(client: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  try {
    while (await client.read(buffer) !== null) await client.write(ANSWER);
  } catch {
    // A client that resets its connection has ended it, like one that closes.
  }
  client.close();
}

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(`listening on 127.0.0.1:${listener.addr.port}`);
  for await (const client of listener) void answerEachRead(client);
}
