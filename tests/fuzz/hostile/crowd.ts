/** A client that opens connections beyond its share and says nothing, from an address of its own. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Opens that many connections at once, and closes them after `play`. */
export async function withCrowd(
  { port, localAddress, count }: {
    port: number;
    localAddress: string;
    count: number;
  },
  play: () => Promise<void>,
): Promise<void> {
  const ends: Promise<void>[] = [];
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    ends.push(endOf(socket));
    return socket;
  });
  try {
    await play();
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
  }
}

async function endOf(socket: Socket): Promise<void> {
  socket.resume();
  socket.on("error", () => {
    // A connection that is closed without a word may be reset.
  });
  await once(socket, "close");
}
