/**
 * Connections without any manners: what is written goes out as it is, and what comes is
 * read to the end, however that comes.
 */

import { once } from "node:events";
import { connect } from "node:net";

/** A short answer. */
export const PLAIN =
  "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 2\r\n\r\nok";

/** A GET of that URL after which the connection ends. */
export function requestOf(url: string): string {
  return `GET ${url} HTTP/1.1\r\nHost: ${
    new URL(url).host
  }\r\nConnection: close\r\n\r\n`;
}

/** Writes all of it. */
export async function write(
  conn: Deno.Conn,
  data: string | Uint8Array,
): Promise<void> {
  const bytes = typeof data === "string"
    ? new TextEncoder().encode(data)
    : data;
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

/** Everything up to the end of the connection, or to its being reset. */
export async function readAll(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(16 * 1024);
  let text = "";
  try {
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) text += new TextDecoder().decode(buffer.subarray(0, count));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return text;
}

/** What is answered to a request from another address of this machine, to the connection's end. */
export async function askFrom(
  localAddress: string,
  port: number,
  request: string,
): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  let text = "";
  socket.on("data", (data) => text += data.toString("latin1"));
  socket.write(request);
  await once(socket, "close");
  return text;
}

/** Sends the same over and over until the proxy has had enough. Returns how many bytes went out. */
export async function sendEndlessly(
  conn: Deno.Conn,
  piece: string,
  mostBytes: number,
): Promise<number> {
  let sent = 0;
  try {
    while (sent < mostBytes) {
      await write(conn, piece);
      sent += piece.length;
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return sent;
}

/** True for what a connection that the other side has closed, or that was closed here, throws. */
export function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}
