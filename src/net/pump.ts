/**
 * Bytes both ways between two connections until both sides have ended: a tunnel, or
 * a connection after 101. Each side's end is passed on by itself (half-close), and a
 * deadline that any byte moves is over both.
 */

import type { Conn } from "./conn.ts";

/** How a pump ended. */
export type PumpEnd = "closed" | "idle" | "lost";

/**
 * Pumps until both sides have ended, one is lost, or nothing has moved for `idleTimeoutMs`.
 * Closes both connections. Bytes that are in their buffers go first. Never rejects.
 */
export async function pump(
  a: Conn,
  b: Conn,
  idleTimeoutMs: number,
): Promise<PumpEnd> {
  // One of the two holds the deadline: it moves with the bytes of both.
  a.expireAfter(idleTimeoutMs);
  a.onExpire = () => closeBoth(a, b);
  b.expireNever();
  const touch = () => a.expireAfter(idleTimeoutMs);
  a.writeTimeoutMs = b.writeTimeoutMs = idleTimeoutMs;
  a.onWriteProgress = b.onWriteProgress = touch;
  const [there, back] = await Promise.all([
    copy(a, b, touch),
    copy(b, a, touch),
  ]);
  closeBoth(a, b);
  if (a.isExpired) return "idle";
  return there && back ? "closed" : "lost";
}

/** Copies one direction. True when it came to its end in order. */
async function copy(from: Conn, to: Conn, touch: () => void): Promise<boolean> {
  try {
    while (true) {
      if (from.available > 0) {
        const { bytes, start, end } = from;
        await to.write(
          start === 0 && end === bytes.length
            ? bytes
            : bytes.subarray(start, end),
        );
        from.start = end;
        touch();
      }
      if (!await from.fill()) break;
    }
  } catch {
    // ConnectionLost: whoever does not read any more ends the tunnel for both.
    closeBoth(from, to);
    return false;
  }
  if (from.failure !== undefined || from.isClosed) {
    closeBoth(from, to);
    return false;
  }
  await to.closeWrite();
  return true;
}

function closeBoth(a: Conn, b: Conn): void {
  a.close();
  b.close();
}
