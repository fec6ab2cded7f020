/**
 * Scenarios of handshakes that are cut, at whatever byte and in whatever manner: nothing is
 * left of them, no descriptor either, and the deadline for all of one holds.
 */

import { assert, assertEquals } from "@std/assert";
import { clientHello } from "./client_hello_bytes.ts";
import { interceptScenario, type InterceptStage } from "./intercept_stage.ts";
import { head } from "./requests.ts";
import { until } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const HEAD_TIMEOUT_MS = 400;
/** How much later than its deadline a connection may end here: sweeps, and a machine that is busy. */
const LATE_MS = 1500;

/** What ends a handshake that the server has answered. */
const ENDS: Readonly<Record<string, (peer: WirePeer) => Promise<void>>> = {
  "an end": (peer) => Promise.resolve(peer.closeWrite()),
  "a reset": (peer) => peer.reset(),
  // RFC 8446 §5.1, §6: a record of type alert, fatal, internal_error.
  "an alert": (peer) => peer.send(Uint8Array.of(21, 3, 3, 0, 2, 2, 80)),
  "a closure alert": (peer) => peer.send(Uint8Array.of(21, 3, 3, 0, 2, 1, 0)),
  "a message that is none of these": (peer) =>
    peer.send(Uint8Array.of(22, 3, 3, 0, 4, 99, 0, 0, 0)),
  "data that was not asked for": (peer) =>
    peer.send(Uint8Array.of(23, 3, 3, 0, 32, ...new Uint8Array(32))),
  "a record that is too long": (peer) =>
    peer.send(Uint8Array.of(22, 3, 3, 255, 255, ...new Uint8Array(20_000))),
  "a byte of no record": (peer) => peer.send("\0"),
};

interceptScenario(
  "a handshake that is cut leaves nothing behind, at any byte and in any manner",
  { headTimeoutMs: HEAD_TIMEOUT_MS },
  async (stage) => {
    const hello = await clientHello();
    const all = async () => {
      await cutHellos(stage, hello);
      await cutFlights(stage, hello);
      await assertNoneLeft(stage);
    };
    // Once for what the runtime opens and keeps.
    await all();
    const before = descriptors();
    await all();
    await until(() => descriptors() <= before, "descriptors are left");
    const { counters, refusals } = stage.proxy.services.interception;
    assertEquals([counters.intercepted, refusals.total], [0, 0]);
  },
);

/** A ClientHello that ends, or is reset, at a byte. */
async function cutHellos(stage: InterceptStage, hello: Uint8Array) {
  const { length } = hello;
  const counts = [...Array(12).keys(), length - 2, length - 1];
  for (let count = 12; count < length; count += 29) counts.push(count);
  for (const count of counts) {
    const ended = await begin(stage, hello.subarray(0, count));
    ended.closeWrite();
    // It might be anything yet: it goes on to the origin, which knows better.
    await ended.rest();
    assertEquals((await stage.records.next()).outcome, "tunnel", `${count}`);
    const reset = await begin(stage, hello.subarray(0, count));
    await reset.reset();
    await stage.records.next();
  }
}

/** A handshake that ends within what the server says to the ClientHello, or after it. */
async function cutFlights(stage: InterceptStage, hello: Uint8Array) {
  for (const heard of [1, 5, 6, 100, 600]) {
    for (const [what, end] of Object.entries(ENDS)) {
      const peer = await begin(stage, hello);
      await peer.text(heard);
      await end(peer);
      if (what !== "a reset") await peer.rest();
      const { outcome, errorCode } = await stage.records.next();
      assertEquals(outcome, "error", `${what} after ${heard}`);
      const isKnown = ["client_gone", "tls_protocol_error"].includes(errorCode);
      assert(isKnown, `${what} after ${heard}: ${errorCode}`);
      await peer.reset();
    }
  }
}

interceptScenario(
  "a handshake has one deadline, whatever it waits for",
  { headTimeoutMs: HEAD_TIMEOUT_MS },
  async (stage) => {
    const hello = await clientHello();
    const waits: Readonly<Record<string, () => Promise<void>>> = {
      "for the rest of a ClientHello": async () => {
        const peer = await begin(stage, hello.subarray(0, 40));
        assertEquals((await peer.rest()).text, "");
      },
      "for the client's answer": async () => {
        const peer = await begin(stage, hello);
        await peer.rest();
      },
      "for a ClientHello that comes byte by byte": async () => {
        const peer = await begin(stage, hello.subarray(0, 1));
        const sending = trickle(peer, hello.subarray(1));
        assertEquals((await peer.rest()).text, "");
        await sending;
      },
    };
    for (const [what, wait] of Object.entries(waits)) {
      const startMs = performance.now();
      await wait();
      const tookMs = performance.now() - startMs;
      assert(
        tookMs >= HEAD_TIMEOUT_MS / 2 && tookMs < HEAD_TIMEOUT_MS + LATE_MS,
        `it took ${tookMs} ms to wait ${what}`,
      );
      const { errorCode, errorMessage } = await stage.records.next();
      assertEquals(errorCode, "tls_protocol_error", what);
      assert(errorMessage.includes("in time"), errorMessage);
    }
    await assertNoneLeft(stage);
    const { failed } = stage.proxy.services.interception.counters;
    assertEquals(failed, { client: 3, proxy: 0 });
  },
);

/** Sends byte by byte, to the end of the connection. */
async function trickle(peer: WirePeer, bytes: Uint8Array): Promise<void> {
  for (let i = 0; i < bytes.length; i++) {
    try {
      await peer.send(bytes.subarray(i, i + 1));
    } catch {
      return; // The proxy has closed, which is what it is to do.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Opens a tunnel, and sends the beginning of what is in it. */
async function begin(
  { client, secure }: InterceptStage,
  first: Uint8Array,
): Promise<WirePeer> {
  const peer = await client();
  const authority = `origin.test:${secure.port}`;
  await peer.send(
    head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`),
  );
  assertEquals((await peer.head()).status, 200);
  if (first.length > 0) await peer.send(first);
  return peer;
}

async function assertNoneLeft({ proxy }: InterceptStage): Promise<void> {
  const { server, services } = proxy;
  await until(() => server.connections === 0, "connections are left");
  await until(() => services.deadlines.size === 0, "deadlines are left");
}

/** How many descriptors this process has open. */
function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}
