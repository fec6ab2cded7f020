/**
 * The attacks: what is slow, endless or huge. Each asserts that deadlines and bounds hold;
 * memory and the bystander are looked at by the stage.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ANSWER_ATTACKS } from "./answer_attacks.ts";
import { bombs } from "./bombs.ts";
import type { HostileStage } from "./hostile_stage.ts";
import {
  isGone,
  readAll,
  requestOf,
  sendEndlessly,
  write,
} from "./raw_conn.ts";
import { STRANGERS } from "./stranger_attack.ts";
import { UPLOAD_ATTACKS } from "./upload_attacks.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** What the systems' buffers between client and proxy may hold, in bytes. */
const IN_FLIGHT_BYTES = 16 * MIB;
/** --head-timeout and --response-timeout of the proxy that is attacked, in ms. */
const HEAD_TIMEOUT_MS = 800;
const RESPONSE_TIMEOUT_MS = 2000;

/** The end of the head of a chunked message. */
const CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

/** How much of it: scaled down for the tests, or in full. */
export interface Scale {
  readonly connections: number;
  /** Connections that send a byte at a time, and how many bytes each. */
  readonly trickles: number;
  readonly trickleBytes: number;
  readonly endlessBytes: number;
  readonly bombMib: number;
  readonly slowReaders: number;
  readonly slowUploads: number;
  readonly strangers: number;
}

/** A few seconds for all. */
export const SMALL: Scale = {
  connections: 300,
  trickles: 4,
  trickleBytes: 2000,
  endlessBytes: 32 * MIB,
  bombMib: 256,
  slowReaders: 20,
  slowUploads: 40,
  strangers: 500,
};

/** Minutes; wants `ulimit -n` of 24,000, and takes as many connections as there is room for. */
export const FULL: Scale = {
  connections: 10_000,
  trickles: 16,
  trickleBytes: 64 * KIB,
  endlessBytes: 1024 * MIB,
  bombMib: 10_240,
  slowReaders: 500,
  slowUploads: 2000,
  strangers: 20_000,
};

/** An attack. */
export interface Attack {
  readonly name: string;
  play(stage: HostileStage, scale: Scale): Promise<void>;
  /** How much the proxy may grow by it, in MiB. Default: 0. */
  mostMib?(scale: Scale): number;
}

/** Flags of the proxy that is attacked. */
export const FLAGS: readonly string[] = [
  ...["--head-timeout", `${HEAD_TIMEOUT_MS}ms`],
  ...["--response-timeout", `${RESPONSE_TIMEOUT_MS}ms`],
  ...["--idle-timeout", "2s"],
  ...["--max-connections", "12000", "--max-connections-per-client", "12000"],
];

/** A rule that wants whole bodies, up to a MiB. */
export const RULES: Readonly<Record<string, string>> = {
  "1_body.ts": `export default {
  match: { path: "/bomb*" },
  needs: { requestBody: "text", responseBody: "text", maxBytes: ${MIB}, onOverflow: "block" },
  request: () => undefined,
  response: (response) => ({ action: "rewrite", body: "read " + response.body.length }),
};`,
};

/** All of them. */
export const ATTACKS: readonly Attack[] = [
  endless("endless field lines", /^HTTP\/1.1 431 /, "", "A: bcd\r\n"),
  endless("an endless field", /^HTTP\/1.1 431 /, "A: ", "x"),
  endless("endless chunk extensions", /^HTTP\/1.1 400 /, CHUNKED, "x", "5;"),
  endless("endless trailers", /^HTTP\/1.1 431 /, CHUNKED, "T: u\r\n", "0\r\n"),
  endless(
    "endless tiny chunks with extensions",
    /^HTTP\/1.1 400 /,
    CHUNKED,
    "1;abcdefgh\r\nx\r\n",
  ),
  { name: "an endless request line", play: playEndlessLine },
  { name: "heads a byte at a time", play: playTrickle },
  {
    name: "connections that send half a head",
    play: (stage, scale) => playSilent(stage, scale, "GET http://"),
    mostMib: ({ connections }) => connections * 24 / 1024,
  },
  {
    name: "connections that send nothing",
    play: (stage, scale) => playSilent(stage, scale, ""),
    mostMib: ({ connections }) => connections * 24 / 1024,
  },
  {
    name: "readers that do not read",
    play: playSlowReaders,
    mostMib: ({ slowReaders }) => slowReaders * 1.5,
  },
  {
    name: "decompression bombs",
    play: playBombs,
    mostMib: () => 64,
  },
  ...ANSWER_ATTACKS,
  ...UPLOAD_ATTACKS,
  STRANGERS,
];

function endless(
  name: string,
  refusal: RegExp,
  head: string,
  piece: string,
  before = "",
): Attack {
  return {
    name,
    play: async (stage, { endlessBytes }) => {
      const conn = await stage.connect();
      const url = stage.url("/");
      await write(
        conn,
        `POST ${url} HTTP/1.1\r\nHost: ${
          new URL(url).host
        }\r\n${head}${before}`,
      );
      const text = readAll(conn);
      const many = piece.repeat(Math.ceil(16 * KIB / piece.length));
      const sent = await sendEndlessly(conn, many, endlessBytes);
      stage.close(conn);
      assert(sent < IN_FLIGHT_BYTES, `${sent} bytes were taken`);
      assertRefused(await text, refusal);
    },
  };
}

/** A connection that is reset while it still sends may lose its answer. */
function assertRefused(text: string, refusal: RegExp): void {
  if (text !== "") assertMatch(text, refusal);
}

async function playEndlessLine(stage: HostileStage, scale: Scale) {
  const conn = await stage.connect();
  const text = readAll(conn);
  await write(conn, "GET http://a/");
  const sent = await sendEndlessly(conn, "x".repeat(KIB), scale.endlessBytes);
  assert(sent < IN_FLIGHT_BYTES, `${sent} bytes were taken`);
  assertRefused(await text, /^HTTP\/1.1 414 /);
}

/** A head's deadline is absolute: a byte now and then does not move it. */
async function playTrickle(stage: HostileStage, scale: Scale): Promise<void> {
  const byte = new TextEncoder().encode("a");
  await Promise.all(Array.from({ length: scale.trickles }, async () => {
    const conn = await stage.connect();
    const text = readAll(conn);
    const startMs = performance.now();
    await write(conn, `GET ${stage.url("/")} HTTP/1.1\r\nA: `);
    try {
      for (let i = 0; i < scale.trickleBytes; i++) await conn.write(byte);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    assertRefused(await text, /^HTTP\/1.1 (?:408|431) /);
    const tookMs = performance.now() - startMs;
    assert(tookMs < 4 * HEAD_TIMEOUT_MS, `it took ${tookMs} ms`);
  }));
}

/** Each is ended within its time, and the proxy has then given all of them back. */
async function playSilent(
  stage: HostileStage,
  { connections }: Scale,
  begun: string,
): Promise<void> {
  const before = stage.proxy.descriptors;
  const room = roomForDescriptors() - 1000;
  const count = Math.min(connections, room);
  const startMs = performance.now();
  const ended: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const conn = await stage.connect();
    if (begun !== "") await write(conn, begun);
    ended.push(
      readAll(conn).then((text) => {
        stage.close(conn);
        assertRefused(text, /^HTTP\/1.1 408 /);
      }),
    );
  }
  const openedMs = performance.now() - startMs;
  await Promise.all(ended);
  const tookMs = performance.now() - startMs - openedMs;
  assert(tookMs < 4 * HEAD_TIMEOUT_MS + count, `they waited ${tookMs} ms`);
  await settle(() => stage.proxy.descriptors <= before + 8);
}

function roomForDescriptors(): number {
  const limits = Deno.readTextFileSync("/proc/self/limits");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}

/** Waits until it is so. @throws {Error} after five seconds. */
export async function settle(
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!await isSo()) {
    if (performance.now() > endMs) throw new Error(`it is not so: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Backpressure reaches the origin: it can't send what nobody takes. */
async function playSlowReaders(
  stage: HostileStage,
  { slowReaders }: Scale,
): Promise<void> {
  const piece = new Uint8Array(64 * KIB);
  const total = 256 * MIB;
  let sent = 0;
  const plain = stage.answer;
  stage.answer = async (conn, head) => {
    if (!head.includes("/large")) return await plain(conn, head);
    await write(conn, `HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    for (let left = total; left > 0; left -= piece.length) {
      await write(conn, piece);
      sent += piece.length;
    }
  };
  const conns = await Promise.all(
    Array.from({ length: slowReaders }, async () => {
      const conn = await stage.connect();
      await write(conn, requestOf(stage.url("/large")));
      return conn;
    }),
  );
  // Long enough for all that the buffers take.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert(
    sent < slowReaders * IN_FLIGHT_BYTES,
    `${sent / MIB} MiB went to nobody`,
  );
  for (const conn of conns) stage.close(conn);
  stage.answer = plain;
}

/** A body that inflates beyond what the rule may read is never held. */
async function playBombs(
  stage: HostileStage,
  { bombMib }: Scale,
): Promise<void> {
  const plain = stage.answer;
  for (const { coding, bytes } of bombs(bombMib)) {
    stage.answer = async (conn, head) => {
      if (!head.includes("/bomb")) return await plain(conn, head);
      await write(
        conn,
        `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n` +
          `Content-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      );
      await write(conn, bytes);
    };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => stage.ask(`/bomb${i}`)),
    );
    for (const text of answers) {
      assertEquals(text.split(" ")[1], "403", `${coding}: ${text}`);
    }
  }
  stage.answer = plain;
}
