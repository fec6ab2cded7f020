/**
 * Attacks by request bodies: some that never come to their end, and some that inflate beyond
 * what a rule may read. Each asserts that deadlines and bounds hold.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Attack, Scale } from "./attacks.ts";
import { bombs } from "./bombs.ts";
import type { HostileStage } from "./hostile_stage.ts";
import { isGone, readAll, write } from "./raw_conn.ts";

/** Longer than --response-timeout of the proxy that is attacked, in ms. */
const STALLED_MS = 8000;

/** All of them. */
export const UPLOAD_ATTACKS: readonly Attack[] = [
  {
    name: "bodies that stall",
    play: playStalled,
    mostMib: ({ slowUploads }) => slowUploads / 10,
  },
  {
    name: "decompression bombs in requests",
    play: playBombs,
    mostMib: () => 64,
  },
];

/** Whoever promises a body and sends half of it is waited for once, whether it streams or a rule reads it. */
async function playStalled(
  stage: HostileStage,
  { slowUploads }: Scale,
): Promise<void> {
  const startMs = performance.now();
  const ended = Array.from({ length: slowUploads }, async (_, at) => {
    const conn = await stage.connect();
    const framing = at % 4 < 2
      ? "Content-Length: 1000\r\n\r\nhalf"
      : "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n10";
    await write(conn, postOf(stage.url(at % 2 ? "/" : "/bomb")) + framing);
    const text = await readAll(conn);
    stage.close(conn);
    if (text !== "") assertMatch(text, /^HTTP\/1.1 (?:408|502|504) /);
  });
  await Promise.all(ended);
  const tookMs = performance.now() - startMs;
  assert(tookMs < STALLED_MS + slowUploads, `they waited ${tookMs} ms`);
}

/** A body that inflates beyond what the rule may read is never held. */
async function playBombs(
  stage: HostileStage,
  { bombMib }: Scale,
): Promise<void> {
  for (const { coding, bytes } of bombs(bombMib)) {
    const head =
      `${postOf(stage.url("/bomb"))}Content-Encoding: ${coding}\r\n` +
      `Content-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`;
    const answers = await Promise.all(Array.from({ length: 8 }, async () => {
      const conn = await stage.connect();
      const text = readAll(conn);
      await send(conn, head, bytes);
      return await text.finally(() => stage.close(conn));
    }));
    // One that is refused while it still sends may lose its answer.
    for (const text of answers.filter((text) => text !== "")) {
      assertEquals(text.split(" ")[1], "413", `${coding}: ${text}`);
    }
  }
}

async function send(conn: Deno.Conn, head: string, bytes: Uint8Array) {
  try {
    await write(conn, head);
    await write(conn, bytes);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function postOf(url: string): string {
  return `POST ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
}
