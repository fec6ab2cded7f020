/**
 * Answers over sockets: whatever an origin sends, a client reads the one answer that the
 * bytes are, or 502, or a cut; and the next client reads the answer to its own request.
 */

import { assert, assertEquals } from "@std/assert";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import { play } from "../../http1/wire_player.ts";
import { HostileOrigin } from "../hostile_origin.ts";
import { SocketStage } from "../socket_stage.ts";
import { readStrictResponse, Unfinished } from "../strict_reader.ts";
import { type Target, textTarget } from "../target.ts";
import { WIRE_TOKENS, wireSeeds } from "./wire_targets.ts";

const RESPONSE_TIMEOUT_MS = 400;
/** What a store may be led astray by. */
const STORING = [
  "Cache-Control: max-age=60\r\n",
  "Cache-Control: max-age=0, stale-while-revalidate=60\r\n",
  "Expires: Fri, 31 Dec 2100 00:00:00 GMT\r\n",
  "Content-Range: bytes 0-4/9\r\n",
  "Vary: *\r\n",
  'ETag: "a"\r\n',
  "Age: 1\r\n",
  "HTTP/1.1 206 Partial\r\n",
  "HTTP/1.1 304 Not Modified\r\n",
];
/** What the origin says when it is asked again: what is whole was stored. */
const AGAIN = "HTTP/1.1 500 Again\r\nContent-Length: 0\r\n\r\n";

/** The targets. */
export function originTargets(): Target[] {
  return [
    { name: "hostile origin", run: runOf(false) },
    { name: "hostile origin behind a cache", run: runOf(true) },
  ];
}

const runOf =
  (cache: boolean): Target["run"] => async (seed, budget, before) => {
    using origin = new HostileOrigin();
    await using stage = await SocketStage.open({
      responseTimeoutMs: RESPONSE_TIMEOUT_MS,
      cache,
    });
    const target = textTarget({
      name: "hostile origin",
      seeds: wireSeeds(["response_heads.md", "response_framing.md"]),
      tokens: cache ? [...WIRE_TOKENS, ...STORING, ...STORING] : WIRE_TOKENS,
      check: (input) => checkAnswer(stage, origin, input),
      // Whether somebody waits is told by a deadline.
      microsPerCharacter: Infinity,
    });
    const tried = await target.run(seed, budget, before);
    if (tried.failure === undefined) await stage.assertNothingLeft();
    return tried;
  };

async function checkAnswer(
  stage: SocketStage,
  origin: HostileOrigin,
  input: string,
): Promise<void> {
  origin.bytes = input;
  // Of some nothing more comes, and the connection stays.
  origin.isClosing = input.length % 64 !== 0;
  const serial = ++origin.asked;
  const bad = getOf(origin, `/bad${serial}`);
  const { text, isReset } = await stage.exchange(bad);
  const wanted = finalAnswer(input, origin.isClosing);
  if (!isReset) checkReading(wanted, text);
  const path = `/good${serial}`;
  const next = await stage.exchange(getOf(origin, path));
  assert(next.text.endsWith(`\r\n\r\n${path}`), `the next gets ${next.text}`);
  origin.bytes = AGAIN;
  const again = await stage.exchange(bad);
  if (!again.text.includes(" 500 ")) checkReading(wanted, again.text);
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
}

function getOf({ authority }: HostileOrigin, path: string): string {
  return `GET http://${authority}${path} HTTP/1.1\r\nHost: ${authority}\r\n` +
    "Connection: close\r\n\r\n";
}

/** What the bytes are: a whole answer, or no answer. */
export function finalAnswer(
  input: string,
  isClosing: boolean,
): { status: number; body: string } | "none" | "unsaid" {
  const bytes = latin1Bytes(input);
  for (let at = 0;;) {
    const kind = { is: "response", requestMethod: "GET" } as const;
    const { events, end } = play(kind, bytes, at, bytes.length);
    const status = Number(events[0]?.split(" ")[1]);
    // Nobody asked to change protocols, and of interim answers there may be too many.
    if (status === 101 || at > 1000) return "unsaid";
    if (end === undefined) return "none";
    if (!isClosing && events.includes("body until close")) return "none";
    if (status >= 200) {
      const data = events.find((event) => event.startsWith("data "));
      return { status, body: data?.slice(5) ?? "" };
    }
    at = end;
  }
}

/** Checks that a client was told what the bytes are. */
export function checkReading(
  wanted: ReturnType<typeof finalAnswer>,
  text: string,
): void {
  if (wanted === "unsaid") return;
  const got = readFinal(text);
  if (wanted === "none") {
    const isTold = got === "cut" || got.status === 502 || got.status === 504;
    assert(isTold, `a whole answer of what is none: ${text}`);
  } else assertEquals(got, wanted, text);
}

function readFinal(text: string): { status: number; body: string } | "cut" {
  for (let at = 0;;) {
    try {
      const rest = text.slice(at);
      const { message, end } = readStrictResponse(rest, "GET", true);
      const status = Number(message.startLine.split(" ")[1]);
      if (status >= 200) {
        assertEquals(end, rest.length, `bytes behind the answer: ${text}`);
        return { status, body: message.body };
      }
      at += end;
    } catch (error) {
      if (error instanceof Unfinished) return "cut";
      throw error;
    }
  }
}
