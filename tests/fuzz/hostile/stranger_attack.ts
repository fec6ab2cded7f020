/**
 * Strangers: each comes from an address of its own, once, for a host and a URL that nobody
 * asked for before. What is kept by client, host or URL has to have a bound.
 */

import { assertEquals } from "@std/assert";
import type { Attack, Scale } from "./attacks.ts";
import type { HostileStage } from "./hostile_stage.ts";
import { askFrom, write } from "./raw_conn.ts";

const AT_ONCE = 16;
const BODY = "x".repeat(200);
const STORABLE = "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\n" +
  `Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** The attack. */
export const STRANGERS: Attack = {
  name: "strangers, each with a host and a URL of its own",
  play: playStrangers,
  // The idle connections and what is stored, both up to their bounds.
  mostMib: ({ strangers }) => Math.min(300, strangers / 20),
};

async function playStrangers(
  stage: HostileStage,
  { strangers }: Scale,
): Promise<void> {
  const plain = stage.answer;
  stage.answer = (conn, head) =>
    head.includes("/strange") ? write(conn, STORABLE) : plain(conn, head);
  const originPort = new URL(stage.url("/")).port;
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let at = next++; at < strangers; at = next++) {
      // Names of localhost are loopback, whatever is in front (RFC 6761 §6.3).
      const authority = `h${at}.localhost:${originPort}`;
      const text = await askFrom(
        `127.${1 + (at >> 14)}.${at >> 7 & 127}.${1 + (at & 127)}`,
        stage.proxy.port,
        `GET http://${authority}/strange${at} HTTP/1.1\r\n` +
          `Host: ${authority}\r\nReferer: http://r${at}.test/\r\n` +
          `User-Agent: ${at}\r\nConnection: close\r\n\r\n`,
      );
      assertEquals(text.slice(9, 12), "200", text);
    }
  }));
  stage.answer = plain;
}
