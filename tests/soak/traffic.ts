/**
 * The traffic of a soak: kinds of exchanges, honest and not, each with the answer that it
 * has to have. What else comes is counted by its kind.
 */

import type { Random } from "../fuzz/random.ts";
import { type Answer, isGone, SoakClient } from "./soak_client.ts";

/** Where traffic goes. */
export interface Places {
  readonly proxyPort: number;
  /** `host:port` of the origin. */
  readonly origin: string;
  /** `host:port` of the origin that speaks TLS, whose tunnels are opened. */
  readonly secureOrigin: string;
  /** PEM of the authority that signs for it. */
  readonly authority: string;
  /** At which nobody listens. */
  readonly refusingPort: number;
  /** Changes the cache. */
  readonly token: string;
}

/** A kind of exchange: plays it, and says what was wrong, if anything was. */
interface Kind {
  readonly weight: number;
  play(places: Places, random: Random): Promise<string | undefined>;
}

const SMALL_BYTES = 2048;
/** Who asks: all of them are in the password file. */
export const USERS: readonly string[] = ["ann", "bob", "cleo"];
/** The password of each. */
export const PASSWORD = "soak";
const WEBSOCKET =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** The kinds by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  hit: get(20, (random) => `/hit${random.below(50)}`),
  miss: get(15, () => "/miss"),
  storable: get(10, (random) => `/hit-${random.next()}`),
  revalidation: get(
    3,
    (random) => `/hit${random.below(50)}`,
    "Cache-Control: no-cache\r\n",
  ),
  conditional: get(3, () => "/hit1", 'If-None-Match: "e"\r\n', 304),
  range: { weight: 4, play: playRange },
  blocked: get(2, () => "/blocked", "", 403),
  pages: { weight: 2, play: playPages },
  post: { weight: 8, play: playPost },
  pipelining: { weight: 5, play: playPipelining },
  tunnel: { weight: 4, play: playTunnel },
  "intercepted tunnel": { weight: 4, play: playIntercepted },
  "judged body": get(4, (random) => `/judged${random.below(50)}`),
  "wrong password": { weight: 1, play: playGuess },
  "web socket": { weight: 3, play: playWebSocket },
  "slow reader": { weight: 1, play: playSlowReader },
  "aborted request": { weight: 3, play: playAborted("/stall") },
  "aborted answer": { weight: 3, play: playAborted("/large") },
  "aborted upload": { weight: 3, play: playAbortedUpload },
  "refused by origin": { weight: 2, play: playRefused },
  "reset by origin": get(2, () => "/reset", "", 502),
  "cut by origin": { weight: 2, play: playCut },
  purge: { weight: 1, play: playPurge },
};

const NAMES = Object.entries(KINDS)
  .flatMap(([name, { weight }]) => Array<string>(weight).fill(name));

/**
 * Plays one exchange of some kind.
 *
 * @returns What was wrong with it, with its kind; undefined for nothing.
 */
export async function playOne(
  places: Places,
  random: Random,
): Promise<string | undefined> {
  const name = random.pick(NAMES);
  try {
    const wrong = await KINDS[name]?.play(places, random);
    return wrong === undefined ? undefined : `${name}: ${wrong}`;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `${name}: ${isGone(error) ? "the connection is gone" : said}`;
  }
}

function get(
  weight: number,
  path: (random: Random) => string,
  lines = "",
  status = 200,
): Kind {
  const play = async (places: Places, random: Random) => {
    using client = await SoakClient.connect(places.proxyPort);
    const times = 1 + random.below(4);
    for (let i = 0; i < times; i++) {
      await client.send(request("GET", places, path(random), lines));
      const answer = await client.answer();
      if (answer.status === 502 && status === 502) return undefined;
      const wrong = unlike(answer, status);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  return { weight, play };
}

function request(
  method: string,
  { origin }: Places,
  path: string,
  lines = "",
): string {
  return `${method} http://${origin}${path} HTTP/1.1\r\nHost: ${origin}\r\n` +
    `${signedIn(path.length)}${lines}\r\n`;
}

/** What one of the users shows, by the place of whom. */
function signedIn(at = 0, password = PASSWORD): string {
  const user = USERS[at % USERS.length];
  return `Proxy-Authorization: Basic ${btoa(`${user}:${password}`)}\r\n`;
}

/** Opens a tunnel. Says what was wrong, if anything was. */
async function openTunnel(client: SoakClient, to: string) {
  await client.send(
    `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n${signedIn()}\r\n`,
  );
  return unlike(await client.answer(true), 200);
}

function unlike(answer: Answer, status: number): string | undefined {
  if (answer.status !== status) return `${answer.status}, not ${status}`;
  return answer.isWhole ? undefined : "cut";
}

async function playPages({ proxyPort }: Places, random: Random) {
  using client = await SoakClient.connect(proxyPort);
  const path = random.pick(["/healthz", "/proxy.pac", "/"]);
  await client.send(
    `GET http://proxy-stats${path} HTTP/1.1\r\nHost: a\r\n${signedIn()}\r\n`,
  );
  return unlike(await client.answer(), 200);
}

async function playPost(places: Places, random: Random) {
  using client = await SoakClient.connect(places.proxyPort);
  const length = 1 + random.below(200_000);
  await client.send(
    request("POST", places, "/echo", `Content-Length: ${length}\r\n`) +
      "b".repeat(length),
  );
  const answer = await client.answer();
  if (answer.bodyLength !== length) return `${answer.bodyLength} came back`;
  return unlike(answer, 200);
}

/** From the store; what is not there comes whole, of an origin that knows no ranges. */
async function playRange(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  const lines = "Range: bytes=100-4099\r\n";
  await client.send(request("GET", places, "/range", lines));
  const answer = await client.answer();
  return unlike(answer, answer.bodyLength === 4000 ? 206 : 200);
}

async function playPipelining(places: Places, random: Random) {
  using client = await SoakClient.connect(places.proxyPort);
  const paths = ["/miss", `/hit${random.below(50)}`, "/hit2", "/miss"];
  await client.send(paths.map((path) => request("GET", places, path)).join(""));
  for (const _ of paths) {
    const answer = await client.answer();
    if (answer.bodyLength !== SMALL_BYTES) {
      return `a body of ${answer.bodyLength}`;
    }
    const wrong = unlike(answer, 200);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

async function playTunnel(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  const { origin } = places;
  const wrong = await openTunnel(client, origin);
  if (wrong !== undefined) return wrong;
  await client.send(`GET /hit HTTP/1.1\r\nHost: ${origin}\r\n\r\n`);
  return unlike(await client.answer(), 200);
}

async function playIntercepted(places: Places, random: Random) {
  using client = await SoakClient.connect(places.proxyPort);
  const { secureOrigin, authority } = places;
  const wrong = await openTunnel(client, secureOrigin);
  if (wrong !== undefined) return wrong;
  await client.secure(secureOrigin.replace(/:\d+$/, ""), authority);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const path = random.pick(["/hit3", "/miss", "/judged7"]);
    await client.send(`GET ${path} HTTP/1.1\r\nHost: ${secureOrigin}\r\n\r\n`);
    const answer = await client.answer();
    if (unlike(answer, 200) !== undefined) return unlike(answer, 200);
  }
  return undefined;
}

/** Who guesses is refused, and after some guesses has to wait. */
async function playGuess({ proxyPort, origin }: Places) {
  using client = await SoakClient.connect(proxyPort);
  await client.send(
    `GET http://${origin}/miss HTTP/1.1\r\nHost: ${origin}\r\n` +
      `${signedIn(1, "wrong")}\r\n`,
  );
  const answer = await client.answer();
  return answer.status === 429 ? undefined : unlike(answer, 407);
}

async function playWebSocket(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  await client.send(request("GET", places, "/socket", WEBSOCKET));
  const wrong = unlike(await client.answer(), 101);
  if (wrong !== undefined) return wrong;
  for (let i = 0; i < 5; i++) {
    await client.send("ping");
    if (!await client.take(4)) return "no echo";
  }
  return undefined;
}

async function playSlowReader(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  await client.send(request("GET", places, "/large"));
  for (let i = 0; i < 10; i++) {
    if (!await client.take(64 * 1024)) return "cut";
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

/** Leaves in the midst of it. */
function playAborted(path: string): Kind["play"] {
  return async (places, random) => {
    using client = await SoakClient.connect(places.proxyPort);
    await client.send(request("GET", places, path));
    await new Promise((resolve) => setTimeout(resolve, random.below(60)));
    return undefined;
  };
}

async function playAbortedUpload(places: Places, random: Random) {
  using client = await SoakClient.connect(places.proxyPort);
  const framing = random.isOneIn(2)
    ? "Content-Length: 100000\r\n"
    : "Transfer-Encoding: chunked\r\n";
  await client.send(
    request("POST", places, "/echo", framing) + "5\r\nhello\r\n",
  );
  return undefined;
}

async function playRefused(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  const refusing = { ...places, origin: `127.0.0.1:${places.refusingPort}` };
  await client.send(request("GET", refusing, "/"));
  return unlike(await client.answer(), 502);
}

/** What is cut is told by a cut, or by 502 where nothing had been sent. */
async function playCut(places: Places) {
  using client = await SoakClient.connect(places.proxyPort);
  await client.send(request("GET", places, "/cut"));
  const { status, isWhole } = await client.answer();
  if (status === 502 || (status === 200 && !isWhole)) return undefined;
  return `${status}, ${isWhole ? "whole" : "cut"}`;
}

async function playPurge({ proxyPort, token, origin }: Places, random: Random) {
  using client = await SoakClient.connect(proxyPort);
  const url = `http://${origin}/hit${random.below(50)}`;
  const body = JSON.stringify(random.isOneIn(10) ? { all: true } : { url });
  await client.send(
    "POST http://proxy-stats/admin/cache/purge HTTP/1.1\r\nHost: a\r\n" +
      signedIn() +
      `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  const answer = await client.answer();
  // Without the API there is no such page.
  return answer.status === 404 ? undefined : unlike(answer, 200);
}
