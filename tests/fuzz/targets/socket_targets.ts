/**
 * Bytes over sockets: whatever a client sends, the origin behind the proxy reads exactly
 * the requests that the client sent, the client reads well-formed answers, and nobody
 * waits. The proxy's own pages answer anything that can be asked.
 */

import { assert, assertEquals } from "@std/assert";
import { TemporaryFolder } from "../../clients/strangers.ts";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import { play } from "../../http1/wire_player.ts";
import { ADMIN_TOKEN, ORIGIN, SocketStage } from "../socket_stage.ts";
import {
  type ReadMessage,
  readStrictResponse,
  Unfinished,
} from "../strict_reader.ts";
import { type Target, textTarget, type TextTargetOptions } from "../target.ts";
import { WIRE_TOKENS, wireSeeds } from "./wire_targets.ts";

const GET = `GET http://${ORIGIN}/a HTTP/1.1\r\nHost: ${ORIGIN}\r\n\r\n`;
const POST = `POST http://${ORIGIN}/b HTTP/1.1\r\nHost: ${ORIGIN}\r\n`;

const SEEDS = [
  GET,
  GET + GET.replace("/a", "/c"),
  POST + "Content-Length: 5\r\n\r\nhello" + GET,
  POST +
  "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n" + GET,
  POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nA",
  GET.replace("1.1", "1.0"),
  `HEAD http://${ORIGIN}/ HTTP/1.1\r\nHost: ${ORIGIN}\r\n\r\n` + GET,
  POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
  `OPTIONS http://${ORIGIN} HTTP/1.1\r\nHost: x\r\nMax-Forwards: 1\r\n\r\n`,
];

const PAGES = [
  ..."/ /healthz /metrics /proxy.pac /ca.pem /ca /proxy-stats /proxy-stats.json /proxy-stats/series.json?range=day /why/1 /why/1?format=json"
    .split(" "),
  ..."/admin /admin/login /admin/logs?q=a&limit=1&after=x /admin/logs/1 /admin/logs/export.ndjson /admin/logs/export.har /admin/logs/delete"
    .split(" "),
  ..."/admin/cache?q=*&host=a&sort=url&limit=1&after=x /admin/cache/entry?url=http://a/&header=a:b /admin/cache/usage"
    .split(" "),
  ..."/admin/lists /admin/lists/explain?url=http://a/ /admin/lists/entries.txt?action=allow /admin/lists/file?name=a /admin/rules /admin/rules/rule?name=a /admin/settings"
    .split(" "),
];
/** Forms and JSON, by path. */
const POSTS: readonly (readonly [path: string, body: string])[] = [
  ["/admin/login", "token=a&next=/admin"],
  ["/admin/logout", ""],
  ["/admin/cache/purge", '{"url":"http://a/","mode":"soft"}'],
  ["/admin/cache/purge", "host=a"],
  ["/admin/lists/entries", "entry=.ads.example&action=block&note=x"],
  ["/admin/lists/entries", '{"entry":"a.example","action":"allow"}'],
  ["/admin/lists/entries/remove", "entry=.ads.example"],
  ["/admin/lists/import", "name=a&text=0.0.0.0+b.example"],
  ["/admin/lists/file/remove", "name=a"],
  ["/admin/logs/delete", "before=2026-01-01"],
];

const PAGE_TOKENS = [
  ..."? & = % %00 %zz %ff + # ; / // .. ../ * < > \" ' \\ a 1 -1 1e9 99999999999 {} [] null"
    .split(" "),
  "\r\nAccept: text/html",
  "\r\nAccept: application/x-ndjson",
  "\r\nOrigin: null",
  "\r\nAuthorization: Bearer x",
  "\r\nAuthorization: Basic",
  "\r\nContent-Type: application/json",
  "\r\nContent-Type: application/x-www-form-urlencoded",
  "\r\nContent-Type: multipart/form-data; boundary=a",
  "&entry=",
  "%0d%0a",
  "\u00ff",
  "\r\nCookie: a=b; =; \x80",
  "\r\nContent-Length: 2",
  "\r\nIf-None-Match: *",
  "\r\nRange: bytes=0-",
  "\r\nReferer: http://a/",
  "HEAD ",
  "POST ",
  "PUT ",
  "DELETE ",
  "PATCH ",
  "get ",
  "<script>",
  "../../etc/passwd",
];

/** The targets. */
export function socketTargets(): Target[] {
  const tokens = WIRE_TOKENS.map((token) =>
    token.replace("//a/", `//${ORIGIN}/`)
  );
  const requests = {
    seeds: [
      ...SEEDS,
      ...wireSeeds(["request_framing.md"])
        .map((seed) => seed.replace(/^(\w+) [^ ]*/, `$1 http://${ORIGIN}/`)),
    ],
    tokens: [...tokens, GET, POST],
  };
  return [
    staged({ ...requests, name: "smuggling" }, checkSmuggling),
    staged(
      { ...requests, name: "smuggling past a rule" },
      checkSmuggling,
      BODY_RULE,
    ),
    staged({
      name: "own pages",
      seeds: [
        ...PAGES.map((path) => pageRequest("GET", path)),
        ...POSTS.map(([path, body]) => pageRequest("POST", path) + body),
      ],
      tokens: PAGE_TOKENS,
    }, checkPages),
  ];
}

/** Has bodies read whole where they are short, and streamed from the middle where not. */
const BODY_RULE = `export default {
  needs: { requestBody: "text", responseBody: "bytes", maxBytes: 1000, onOverflow: "skip" },
  request: ({ body = "" }) =>
    body.length < 4 ? undefined : { action: "rewrite", setHeaders: { "X-A": "b" } },
  response: () => ({ action: "rewrite", setHeaders: { "X-A": "b" } }),
};`;

const CR = 13;
const LF = 10;

type Check = (stage: SocketStage, input: string) => Promise<void>;

function staged(
  options: Omit<TextTargetOptions, "check">,
  check: Check,
  rule?: string,
): Target {
  return {
    name: options.name,
    run: async (seed, budget, before) => {
      using folder = new TemporaryFolder();
      if (rule !== undefined) await folder.write("1_rule.ts", rule);
      await using stage = await SocketStage.open({ rulesPath: folder.path });
      const target = textTarget({
        ...options,
        check: (input) => check(stage, input),
        // Whether somebody waits is told by a deadline.
        microsPerCharacter: Infinity,
      });
      const tried = await target.run(seed, budget, before);
      if (tried.failure === undefined) await stage.assertNothingLeft();
      return tried;
    },
  };
}

/** What a request is to both ends. */
export interface Understood {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** The same to the client, with whether it goes to the origin when a proxy is asked for it. */
export interface UnderstoodTarget extends Understood {
  readonly isForOrigin: boolean;
}

async function checkSmuggling(
  stage: SocketStage,
  input: string,
): Promise<void> {
  // A tunnel passes bytes as they are, and waits for both ends.
  if (input.includes("CONNECT ")) return;
  const { origin } = stage;
  const before = origin.seen.length;
  const piece = 1 + input.length % 97;
  const { text, isReset } = await stage.exchange(
    input,
    piece > 64 ? Infinity : piece,
  );
  assertEquals(origin.faults.splice(0), [], "the origin can't read it");
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  const sent = understood(input, origin.authority);
  const seen = origin.seen.slice(before).map(seenBy);
  const wanted = sent.filter(({ isForOrigin }) => isForOrigin)
    .map(({ isForOrigin: _, ...rest }) => rest);
  // Those that an earlier failure kept from being sent are missing at the end.
  assertEquals(seen, wanted.slice(0, seen.length), "the origin's requests");
  if (!isReset) checkAnswers(text, sent.map(({ method }) => method));
}

/** The requests that a client's bytes are, up to the first that is none. */
export function understood(
  input: string,
  authority: string,
): UnderstoodTarget[] {
  const bytes = latin1Bytes(input.replaceAll(ORIGIN, authority));
  const found: UnderstoodTarget[] = [];
  for (let at = 0; at < bytes.length;) {
    // RFC 9112 §2.2: a server "SHOULD ignore at least one empty line (CRLF)" before a request.
    while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
    const { events, end } = play({ is: "request" }, bytes, at, bytes.length);
    if (end === undefined) return found;
    const [, method = ""] = events[0]?.split(" ") ?? [];
    const [, form, ...words] = events[1]?.split(" ") ?? [];
    const [, host, port, path = ""] = form === "origin"
      ? ["", "", "", words[0]]
      : words;
    const body = events.find((one) => one.startsWith("data "))?.slice(5) ?? "";
    const isForOrigin = form === "absolute" && `${host}:${port}` === authority;
    found.push({ method, path, body, isForOrigin });
    at = end;
  }
  return found;
}

/** What an origin has read. */
export function seenBy({ startLine, body }: ReadMessage): Understood {
  const [method = "", path = ""] = startLine.split(" ");
  return { method, path, body };
}

/** Reads answers one behind another; there is no byte between or behind them. */
export function checkAnswers(text: string, methods: readonly string[]): void {
  let rest = text;
  for (let i = 0; rest !== "";) {
    // Behind what could be read comes one answer more, the refusal.
    const method = methods[i] ?? "GET";
    const { message, end } = readAnswer(rest, method);
    const status = Number(message.startLine.split(" ")[1]);
    assert(status !== 500, `a bug of ours: ${text}`);
    if (status >= 200) i++;
    assert(i <= methods.length + 1, `${i} answers: ${text}`);
    rest = rest.slice(end);
  }
}

function readAnswer(text: string, method: string) {
  try {
    return readStrictResponse(text, method, true);
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
    // A refusal of what begins as HEAD does has no body.
    const answer = readStrictResponse(text, "HEAD", true);
    if (answer.end === text.length) return answer;
    throw new Error(`an answer is cut: ${JSON.stringify(text)}`);
  }
}

/** As somebody who may change things asks. */
function pageRequest(method: string, path: string): string {
  return `${method} http://proxy-stats${path} HTTP/1.1\r\nHost: proxy-stats\r\n` +
    `Authorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`;
}

async function checkPages(stage: SocketStage, given: string): Promise<void> {
  // A stream of events has no end.
  if (/stream|follow|CONNECT/.test(given)) return;
  const headEnd = given.indexOf("\r\n\r\n");
  const length = given.length - headEnd - 4;
  const input = length > 0 && headEnd > 0
    ? `${given.slice(0, headEnd)}\r\nContent-Length: ${length}` +
      given.slice(headEnd)
    : given;
  const { text, isReset } = await stage.exchange(input);
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  if (isReset) return;
  checkAnswers(text, understood(input, "").map(({ method }) => method));
}
