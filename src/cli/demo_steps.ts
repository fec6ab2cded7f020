/**
 * What `sluice demo` asks for, in order: each step shows one thing that a proxy does. A step
 * says what usually comes back; options, lists and rules of a proxy may have it otherwise.
 */

import type { DemoAnswer, DemoRequest } from "./demo_client.ts";
import type { DemoOrigin } from "./demo_origin.ts";

/** A step, and what came of it. */
export interface DemoResult {
  readonly step: DemoStep;
  readonly request: DemoRequest;
  /** One for each client. */
  readonly answers: readonly DemoAnswer[];
  /** How many requests have reached the origin. */
  readonly originRequests: number;
}

/** One thing to be shown. */
export interface DemoStep {
  /** In a word, for programs. */
  readonly name: string;
  readonly request: (origin: DemoOrigin) => DemoRequest;
  /** How many clients ask at once. Default: 1. */
  readonly clients?: number;
  readonly isUsual: (answer: DemoAnswer, result: DemoResult) => boolean;
  /** What it shows, when it is as usual. */
  readonly shows: string;
  /** What else may be the case. Default: {@link OTHERWISE}. */
  readonly otherwise?: string;
}

/** Said of a step that did not go as usual. */
export const OTHERWISE =
  "Not the usual answer: an option, a list or a rule of this proxy has it " +
  "otherwise. The reason is in its log.";

const CLIENTS = 8;

/** The steps. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    name: "miss",
    request: ({ base }) => get(`${base}page`),
    isUsual: (answer) => has(answer, 200, /fwd=uri-miss.*stored/),
    shows: "Nothing is stored for this URL: the origin is asked, and its " +
      "answer is stored for the minute that it allows.",
  },
  {
    name: "hit",
    request: ({ base }) => get(`${base}page`),
    isUsual: (answer, { originRequests }) =>
      has(answer, 200, /hit/) && originRequests === 0,
    shows: "The same again comes from the cache.",
  },
  {
    name: "not-modified",
    request: ({ base }) => get(`${base}page`, ["If-None-Match", '"demo"']),
    isUsual: (answer) => has(answer, 304, /hit/),
    shows: "The client has the page already: the cache confirms it in the " +
      "origin's place, without a body.",
  },
  {
    name: "range",
    request: ({ base }) => get(`${base}page`, ["Range", "bytes=0-99"]),
    isUsual: (answer) => has(answer, 206, /hit/),
    shows: "A part is cut from the whole that is stored.",
  },
  {
    name: "no-store",
    request: ({ base }) => get(`${base}private`),
    isUsual: (answer) => has(answer, 200, /detail=no-store/),
    shows: "The origin forbids storing this one; the detail says so.",
  },
  {
    name: "post",
    request: ({ base }) => ({
      method: "POST",
      target: `${base}page`,
      fields: [["Content-Type", "text/plain"]],
      body: "a change",
    }),
    isUsual: (answer) => has(answer, 200, /fwd=method/),
    shows: "A POST goes to the origin, and what is stored for its URL is no " +
      "longer trusted.",
  },
  {
    name: "revalidated",
    request: ({ base }) => get(`${base}page`),
    isUsual: (answer) => has(answer, 200, /fwd-status=304/),
    shows: "So the next client has it validated: the origin's 304 says that " +
      "the stored page is still good, and the client gets all of it.",
  },
  {
    name: "redirect",
    request: ({ base }) => get(`${base}old`),
    isUsual: ({ status, fields }) => status === 301 && fields.has("location"),
    shows: "A redirect is the client's to follow: it passes as it came.",
  },
  {
    name: "stream",
    request: ({ base }) => get(`${base}stream`),
    isUsual: ({ status, firstByteMs, totalMs }) =>
      status === 200 && totalMs - firstByteMs > 100,
    shows: "Bodies stream: the first chunk was here long before the last.",
  },
  {
    name: "tunnel",
    request: ({ base, host }) => ({
      method: "CONNECT",
      target: host,
      within: get(`${base}page`),
    }),
    isUsual: ({ status, within }) => status === 200 && within?.status === 200,
    shows: "A tunnel: the proxy passes bytes and reads none. TLS goes this " +
      "way, unless it is intercepted.",
  },
  {
    name: "no-such-name",
    request: () => get("http://sluice-demo.invalid/"),
    // 504 where name servers do not answer.
    isUsual: ({ status, fields }) =>
      (status === 502 || status === 504) && fields.has("proxy-status"),
    shows: "An answer of the proxy's own: Proxy-Status says what failed, and " +
      "the page names an id that finds it in the log.",
  },
  {
    name: "rules",
    request: () => get("http://rules.test/"),
    isUsual: ({ status }) => status === 200,
    shows: "No such server exists: a rule, 90_rules_page.ts, has answered.",
    otherwise: "No rule answers here: rules are off, or their folder lacks " +
      "90_rules_page.ts. `sluice init` writes a first one.",
  },
  {
    name: "collapsed",
    request: ({ base }) => get(`${base}slow`),
    clients: CLIENTS,
    isUsual: ({ status }, { originRequests }) =>
      status === 200 && originRequests === 1,
    shows: "Clients that want the same at the same time share one fetch.",
  },
];

function get(
  target: string,
  ...fields: (readonly [name: string, value: string])[]
): DemoRequest {
  return { method: "GET", target, fields };
}

function has(
  { status, fields }: DemoAnswer,
  wanted: number,
  cacheStatus: RegExp,
): boolean {
  return status === wanted &&
    cacheStatus.test(fields.get("cache-status") ?? "");
}
