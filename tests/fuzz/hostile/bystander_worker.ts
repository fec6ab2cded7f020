/** The thread of bystander.ts. */

import type { Waits } from "./bystander.ts";
import { PLAIN, readAll, requestOf, write } from "./raw_conn.ts";

const PAUSE_MS = 10;
const LEAST_QUESTIONS = 5;

/** A worker's side of its messages, which the types of a main thread lack. */
const side = self as unknown as {
  onmessage: (event: MessageEvent<number | "stop">) => void;
  postMessage: (waits: Waits) => void;
};

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
let isOver = false;

side.onmessage = ({ data }) => {
  if (data === "stop") isOver = true;
  else askAll(data);
};

async function serve(): Promise<void> {
  for await (const conn of listener) {
    answer(conn).catch(() => {
      // The proxy has closed a connection of its pool.
    });
  }
}

async function answer(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4096);
  while (await conn.read(buffer) !== null) await write(conn, PLAIN);
  conn.close();
}

async function askAll(proxyPort: number): Promise<void> {
  serve();
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const waits: number[] = [];
  const problems: string[] = [];
  while (!isOver || waits.length < LEAST_QUESTIONS) {
    const startMs = performance.now();
    try {
      const conn = await Deno.connect({ port: proxyPort });
      await write(conn, requestOf(url));
      const text = await readAll(conn);
      conn.close();
      if (!text.startsWith("HTTP/1.1 200 ")) problems.push(text);
    } catch (error) {
      problems.push(String(error));
    }
    waits.push(performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  side.postMessage({ waits, problems });
}
