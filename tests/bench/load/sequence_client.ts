/**
 * A client that asks a proxy for URLs one after another on one connection, and prints the median
 * of the time until an answer is there.
 *
 * Run: deno run --allow-net sequence_client.ts PROXY URL COUNT CACHE_STATUS
 */

const decoder = new TextDecoder();

/** Reads one answer. True when its Cache-Status says `expected`. */
async function readAnswer(
  conn: Deno.Conn,
  buffer: Uint8Array,
  expected: string,
): Promise<boolean> {
  let filled = 0;
  for (;;) {
    const count = await conn.read(buffer.subarray(filled));
    if (count === null) throw new Error("Cannot read the answer: it ended");
    filled += count;
    const text = decoder.decode(buffer.subarray(0, filled));
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) continue;
    const length = Number(/^content-length: (\d+)/mi.exec(text)?.[1]);
    if (filled < headEnd + 4 + length) continue;
    return text.startsWith("HTTP/1.1 200 ") &&
      text.includes(`Cache-Status: sluice; ${expected}`);
  }
}

if (import.meta.main) {
  const [proxy = "", url = "", count, cacheStatus = ""] = Deno.args;
  const { hostname, port, host } = {
    hostname: proxy.split(":")[0]!,
    port: Number(proxy.split(":")[1]),
    host: new URL(url).host,
  };
  using conn = await Deno.connect({ hostname, port });
  conn.setNoDelay();
  const buffer = new Uint8Array(256 * 1024);
  const times: number[] = [];
  for (let i = 0; i < Number(count); i++) {
    const request = `GET ${url}?${i} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const startMs = performance.now();
    await conn.write(new TextEncoder().encode(request));
    if (!await readAnswer(conn, buffer, cacheStatus)) {
      throw new Error(`Cannot go on: answer ${i} is no "${cacheStatus}"`);
    }
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)]!;
  console.log(`median ${Math.round(median * 1000)} µs`);
}
