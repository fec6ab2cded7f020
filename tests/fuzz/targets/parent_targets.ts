/**
 * What a parent proxy answers: whatever it is, a client reads what lies behind a handshake
 * that is in order, or that there is no connection; and the next client its own answer.
 */

import { assert, assertEquals } from "@std/assert";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import { play } from "../../http1/wire_player.ts";
import { HostileParent } from "../hostile_parent.ts";
import { SocketStage } from "../socket_stage.ts";
import { type Target, textTarget, type TextTargetOptions } from "../target.ts";
import { checkReading, finalAnswer } from "./origin_targets.ts";

const TIMEOUT_MS = 400;
const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const GREETING = "\x05\0";
const REPLY = "\x05\0\0\x01\0\0\0\0\0\0";

const SOCKS: Material = {
  seeds: [
    GREETING + REPLY + OK,
    GREETING + "\x05\0\0\x03\x04abcd\0\x50" + OK,
    GREETING + "\x05\0\0\x04" + "\0".repeat(18) + OK,
    GREETING + "\x05\x05\0\x01\0\0\0\0\0\0",
    "\x05\xff",
    "\x05\x02\x01\0" + REPLY + OK,
    "\x04\x5a" + "\0".repeat(6),
  ],
  tokens: [
    ..."\0 \x01 \x02 \x03 \x04 \x05 \xff HTTP/1.1 200 \r\n \r\n\r\n 0\r\n\r\n"
      .split(" "),
    GREETING,
    REPLY,
    OK,
    "Transfer-Encoding: chunked\r\n",
  ],
};

const CONNECT: Material = {
  seeds: [
    "HTTP/1.1 200 OK\r\n\r\nhello",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.0 200\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
    OK.replace("200", "204"),
    "hello",
  ],
  tokens: [
    ..."HTTP/1.1 HTTP/2 100 101 200 299 300 \r\n \r \n \0 : \xff".split(" "),
    "\r\n\r\n",
    "HTTP/1.1 103 x\r\n\r\n",
    "Content-Length: 9\r\n",
    "A: b\r\n",
  ],
};

type Material = Pick<TextTargetOptions, "seeds" | "tokens">;
type Check = (
  stage: SocketStage,
  parent: HostileParent,
  input: string,
) => Promise<void>;

/** The targets. */
export function parentTargets(): Target[] {
  return [
    { name: "socks 5 parent", run: runOf("socks5", SOCKS, checkSocks) },
    { name: "http parent's tunnel", run: runOf("http", CONNECT, checkConnect) },
  ];
}

const runOf =
  (scheme: string, material: Material, check: Check): Target["run"] =>
  async (seed, budget, before) => {
    using parent = new HostileParent();
    await using stage = await SocketStage.open({
      upstream: `${scheme}://user:pw@${parent.authority}`,
      connectTimeoutMs: TIMEOUT_MS,
      responseTimeoutMs: TIMEOUT_MS,
    });
    const target = textTarget({
      name: "parent",
      ...material,
      check: (input) => {
        parent.bytes = input;
        // Of some nothing more comes, and the connection stays.
        parent.isClosing = input.length % 32 !== 0;
        parent.asked++;
        return check(stage, parent, input);
      },
      // Whether somebody waits is told by a deadline.
      microsPerCharacter: Infinity,
    });
    const tried = await target.run(seed, budget, before);
    if (tried.failure === undefined) await stage.assertNothingLeft();
    return tried;
  };

async function checkSocks(
  stage: SocketStage,
  parent: HostileParent,
  input: string,
): Promise<void> {
  const { isClosing } = parent;
  const { text, isReset } = await stage.exchange(getOf("/bad"));
  const rest = behindSocks(input);
  const wanted = rest === undefined ? "none" : finalAnswer(rest, isClosing);
  if (!isReset) checkReading(wanted, text);
  parent.bytes = GREETING + REPLY;
  parent.isClosing = false;
  const path = `/good${parent.asked}`;
  const next = await stage.exchange(getOf(path));
  assert(next.text.endsWith(`\r\n\r\n${path}`), `the next gets ${next.text}`);
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
}

function getOf(path: string): string {
  return `GET http://far.example${path} HTTP/1.1\r\nHost: far.example\r\n` +
    "Connection: close\r\n\r\n";
}

/** RFC 1928 §3 and §6, RFC 1929 §2: what follows a handshake that is in order. */
function behindSocks(text: string): string | undefined {
  const byte = (at: number) => text.charCodeAt(at);
  if (byte(0) !== 5 || !(byte(1) === 0 || byte(1) === 2)) return undefined;
  if (byte(1) === 2 && byte(3) !== 0) return undefined;
  const reply = byte(1) === 2 ? 4 : 2;
  if (byte(reply) !== 5 || byte(reply + 1) !== 0) return undefined;
  const kind = byte(reply + 3);
  const lengths: Record<number, number> = {
    1: 4,
    3: 1 + byte(reply + 4),
    4: 16,
  };
  const end = reply + 4 + (lengths[kind] ?? NaN) + 2;
  return end <= text.length ? text.slice(end) : undefined;
}

async function checkConnect(
  stage: SocketStage,
  { isClosing }: HostileParent,
  input: string,
): Promise<void> {
  const connect =
    "CONNECT far.example:443 HTTP/1.1\r\nHost: far.example\r\n\r\n";
  const { text, isReset } = await stage.exchange(connect);
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  if (isReset) return;
  const rest = behindConnect(input);
  if (rest === undefined) {
    assert(
      /^HTTP\/1\.1 50[24] /.test(text),
      `a tunnel of what is none: ${text}`,
    );
  } else if (isClosing) {
    assertEquals(text, ESTABLISHED + rest);
  } else assert((ESTABLISHED + rest).startsWith(text), text);
}

/** RFC 9110 §9.3.6: what follows the 2xx that makes the tunnel, whatever fields it has. */
function behindConnect(input: string): string | undefined {
  const bytes = latin1Bytes(input);
  for (let at = 0, count = 0; count <= 64; count++) {
    const headEnd = input.indexOf("\r\n\r\n", at);
    const head = headEnd < 0 ? bytes.length : headEnd + 4;
    const kind = { is: "response", requestMethod: "CONNECT" } as const;
    const { events } = play(kind, bytes.subarray(at, head), 0, Infinity);
    const status = Number(/^response (\d+)/.exec(events[0] ?? "")?.[1]);
    if (!(status < 300)) return undefined;
    if (status >= 200) return input.slice(head);
    at = head;
  }
  return undefined;
}
