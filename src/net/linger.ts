/**
 * Closing so that the peer gets our last words: end our side, then read and drop
 * what it still sends until it ends too. Closing at once with unread bytes would
 * reset the connection and may take the answer with it (RFC 9112 §9.6).
 */

import type { Conn } from "./conn.ts";

/** How long a peer is listened to, in ms. Apache and nginx wait up to 2 s and 5 s between bytes. */
const LINGER_MS = 2000;
/** How many bytes are dropped at the most. */
const MAX_DROPPED_BYTES = 1024 * 1024;

/** Ends our side, drops what comes for a short time, closes. Never rejects. */
export async function lingerAndClose(conn: Conn): Promise<void> {
  conn.onExpire = undefined;
  conn.onEnd = undefined;
  conn.expireAfter(LINGER_MS);
  await conn.closeWrite();
  const limit = conn.bytesRead + MAX_DROPPED_BYTES;
  do {
    conn.start = conn.end;
  } while (conn.bytesRead < limit && await conn.fill());
  conn.close();
}
