/**
 * Bytes within a tunnel: passed on unread they reach the other end as they are, both ways;
 * looked into they are passed on, refused, or read as the requests that they are; and within
 * TLS that the proxy ends, the origin reads exactly the requests that the client sent.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { TemporaryFolder } from "../../clients/strangers.ts";
import { EchoOrigin } from "../echo_origin.ts";
import { originCertificate } from "../origin_certificate.ts";
import { latin1Text, ORIGIN, SocketStage } from "../socket_stage.ts";
import { StrictOrigin } from "../strict_origin.ts";
import { NotStrict, readStrictRequest, Unfinished } from "../strict_reader.ts";
import { type Target, textTarget, type TextTargetOptions } from "../target.ts";
import { helloText } from "./hello_targets.ts";
import {
  checkAnswers,
  seenBy,
  type Understood,
  understood,
} from "./socket_targets.ts";
import { WIRE_TOKENS, wireSeeds } from "./wire_targets.ts";

const HOST = "127.0.0.1";
const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";
const CONNECT = `CONNECT ${ORIGIN} HTTP/1.1\r\nHost: ${ORIGIN}\r\n\r\n`;
const GET = `GET /a HTTP/1.1\r\nHost: ${ORIGIN}\r\n\r\n`;
const POST = `POST /b HTTP/1.1\r\nHost: ${ORIGIN}\r\n`;

const BYTES = {
  seeds: [
    "hello",
    "SSH-2.0-x\r\n",
    "\0\x01\x02\xff",
    GET,
    POST + "Content-Length: 5\r\n\r\nhello",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    helloText([], ["http/1.1"]),
    helloText(["a.test"], []),
    "\x15\x03\x03\0\x02\x02\x28",
  ],
  tokens: [
    ..."\x16\x03\x01 \x17 \0 \xff \r\n \r \n GET / HTTP/1.1 HTTP/1.1 CONNECT"
      .split(" "),
    "\x16\x03\x01\0\x05\x01\0\0\x01",
    GET,
    CONNECT,
    ESTABLISHED,
  ],
};

const REQUESTS = {
  seeds: [
    GET,
    GET + GET.replace("/a", "/c"),
    GET.replace("/a", `https://${ORIGIN}/a`),
    POST + "Content-Length: 5\r\n\r\nhello" + GET,
    POST + "Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n" + GET,
    GET.replace(`Host: ${ORIGIN}`, "Host: other.test") + GET,
    CONNECT + GET,
    ...wireSeeds(["request_framing.md"])
      .map((seed) => seed.replace(/^(\w+) [^ ]*/, "$1 /d")),
  ],
  tokens: [...WIRE_TOKENS, GET, POST, CONNECT, `https://${ORIGIN}/`, ORIGIN],
};

/** The targets. */
export function tunnelTargets(): Target[] {
  return [
    { name: "bytes in a tunnel", run: runTunnel(BYTES, []) },
    {
      name: "bytes in a tunnel that is looked into",
      run: runTunnel(BYTES, [HOST]),
    },
    { name: "smuggling within TLS", run: runWithinTls },
  ];
}

/** Whether somebody waits is told by a deadline. */
const PATIENT = { microsPerCharacter: Infinity };

type Material = Pick<TextTargetOptions, "seeds" | "tokens">;

const runTunnel =
  (material: Material, interceptHosts: string[]): Target["run"] =>
  async (seed, budget, before) => {
    using folder = new TemporaryFolder();
    using echo = new EchoOrigin();
    await using stage = await SocketStage.open({
      dataDir: folder.path,
      interceptHosts,
      responseTimeoutMs: 500,
    });
    const isLookedInto = interceptHosts.length > 0;
    const target = textTarget({
      name: "tunnel",
      ...material,
      ...PATIENT,
      check: (input) => checkTunnel(stage, echo, input, isLookedInto),
    });
    const tried = await target.run(seed, budget, before);
    if (tried.failure === undefined) await stage.assertNothingLeft();
    return tried;
  };

async function checkTunnel(
  stage: SocketStage,
  echo: EchoOrigin,
  input: string,
  isLookedInto: boolean,
): Promise<void> {
  const place = (text: string) => text.replaceAll(ORIGIN, echo.authority);
  const sent = place(input);
  echo.heard.length = 0;
  const piece = input.length % 3 === 0 ? Infinity : 1 + input.length % 997;
  const { text, isReset } = await stage.exchange(place(CONNECT) + sent, piece);
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  if (!isReset) assert(text.startsWith(ESTABLISHED), `not a tunnel: ${text}`);
  const isPassedOn = echo.heard.length <= 1 && (echo.heard[0] ?? "") === sent;
  if (isPassedOn && !isReset && text === ESTABLISHED + sent) return;
  assert(isLookedInto, `${JSON.stringify(echo.heard)} of what was sent`);
  if (sent.startsWith("\x16\x03")) {
    assertEquals(echo.heard.join(""), "", "an origin hears what was refused");
  } else for (const heard of echo.heard) assertRequests(heard, sent);
}

/** What was read as HTTP is well-formed, and nothing that was not sent. */
function assertRequests(heard: string, sent: string): void {
  if (sent.startsWith(heard)) return;
  for (let rest = heard; rest !== "";) {
    try {
      rest = rest.slice(readStrictRequest(rest).end);
    } catch (error) {
      if (error instanceof Unfinished) return;
      assert(error instanceof NotStrict, String(error));
      throw new Error(`${error.message} in ${JSON.stringify(heard)}`);
    }
  }
}

const runWithinTls: Target["run"] = async (seed, budget, before) => {
  using folder = new TemporaryFolder();
  const certificate = await originCertificate(HOST);
  await using stage = await SocketStage.open({
    dataDir: folder.path,
    interceptHosts: [HOST],
    upstreamCaPath: await folder.write("up.pem", certificate.authority),
  }, new StrictOrigin(certificate));
  // The authority is made when the first tunnel is looked into.
  await stage.proxy.services.interception.leaves();
  const caCerts = [await Deno.readTextFile(join(folder.path, "ca", "ca.pem"))];
  const target = textTarget({
    name: "within TLS",
    ...REQUESTS,
    ...PATIENT,
    check: (input) => checkWithin(stage, caCerts, input),
  });
  const tried = await target.run(seed, budget, before);
  if (tried.failure === undefined) await stage.assertNothingLeft();
  return tried;
};

async function checkWithin(
  stage: SocketStage,
  caCerts: string[],
  input: string,
): Promise<void> {
  const { origin } = stage;
  const before = origin.seen.length;
  const { text, isReset } = await stage.exchange(
    input,
    1 + input.length % 5000,
    async (tcp) => {
      await openTunnel(tcp, origin.authority);
      const options = { hostname: HOST, caCerts, alpnProtocols: ["http/1.1"] };
      return await Deno.startTls(tcp, options);
    },
  );
  assertEquals(origin.faults.splice(0), [], "the origin can't read it");
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  const sent = understood(input, origin.authority);
  assertSubsequence(origin.seen.slice(before).map(seenBy), sent);
  if (!isReset) checkAnswers(text, sent.map(({ method }) => method));
}

async function openTunnel(tcp: Deno.TcpConn, authority: string): Promise<void> {
  const connect = CONNECT.replaceAll(ORIGIN, authority);
  await tcp.write(new TextEncoder().encode(connect));
  const buffer = new Uint8Array(1024);
  for (let text = ""; text !== ESTABLISHED;) {
    const count = await tcp.read(buffer) ?? 0;
    text += latin1Text(buffer.subarray(0, count));
    assert(count > 0 && ESTABLISHED.startsWith(text), `no tunnel: ${text}`);
  }
}

/** What the origin reads was sent, in that order; some of it may have been refused on the way. */
function assertSubsequence(
  seen: readonly Understood[],
  sent: readonly Understood[],
): void {
  let at = 0;
  for (const { method, path, body } of seen) {
    const found = sent.findIndex((one, i) =>
      i >= at && one.method === method && one.path === path && one.body === body
    );
    const told = `${method} ${path} ${JSON.stringify(body)} was not sent`;
    assert(found >= 0, told);
    at = found + 1;
  }
}
