/**
 * A naive cache by the book (RFC 9111 §4, RFC 5861), and an origin that it watches: it keeps
 * all that the origin has ever said, and says of an answer whether any of that allows it.
 */

import { answerOf, notModified } from "./cache_talk.ts";
import type { AskedRequest } from "./asked_origin.ts";

/** What the origin says with each answer for a path. */
export interface Policy {
  readonly status: "200 OK" | "404 Not Found" | "500 Oops";
  readonly control: readonly Directive[];
  readonly maxAge: number;
  readonly hasTag: boolean;
  readonly isChunked: boolean;
}

/** A directive of responses; those of time are for 20 seconds. */
export const DIRECTIVES = [
  "no-store",
  "private",
  "no-cache",
  "must-revalidate",
  "stale-while-revalidate=20",
  "stale-if-error=20",
  "public",
] as const;
export type Directive = typeof DIRECTIVES[number];

/** What was said once about a version of a path's content for a kind of client. */
interface Said {
  readonly content: string;
  readonly policy: Policy;
  readonly atMs: number;
}

/** What a client asks of caches. */
export const REQUEST_DIRECTIVES = [
  "",
  "no-cache",
  "max-age=0",
  "max-age=10",
  "min-fresh=10",
  "max-stale=10",
  "no-store",
] as const;
export type RequestDirective = typeof REQUEST_DIRECTIVES[number];

/** How long a response may be used: milliseconds since the epoch. */
interface Allowance {
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
}

const WINDOW_MS = 20_000;
const MAX_AGE_MS: { readonly [asked: string]: number } = {
  "max-age=0": 0,
  "max-age=10": 10_000,
};

/** The origin, and what it said. */
export class CacheModel {
  readonly #said: Said[] = [];
  readonly #versions = new Map<string, number>();
  readonly #policies = new Map<string, Policy>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** From now on the path's answers are like this, and its content another one. */
  change(path: string, policy: Policy): void {
    this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
    this.#policies.set(path, policy);
  }

  /** The content has changed, and caches in between were told: nothing from before may be used. */
  forget(path: string): void {
    const kept = this.#said.filter(({ content }) =>
      !content.startsWith(path + " ")
    );
    this.#said.splice(0, Infinity, ...kept);
  }

  /** What the path has for a kind of client; "/v…" alone tells kinds apart. */
  content(path: string, kind: string): string {
    const version = this.#versions.get(path) ?? 0;
    const text = `${path} ${path.startsWith("/v") ? kind : "any"} ${version} `;
    return text + ".".repeat((version * 7919) % 40_000);
  }

  /** The origin's answer, which is remembered. */
  answer({ head }: AskedRequest): string {
    const [method, path] = head.startLine.split(" ") as [string, string];
    if (method === "POST") {
      return answerOf("204 Done", "").replace(/\r\nContent-Length: 0/, "");
    }
    const policy = this.#policies.get(path)!;
    const content = this.content(path, head.get("x-kind") ?? "none");
    this.#said.push({ content, policy, atMs: this.#now() });
    const lines = [
      `Cache-Control: ${
        [...policy.control, `max-age=${policy.maxAge}`].join(", ")
      }`,
      ...(path.startsWith("/v") ? ["Vary: X-Kind"] : []),
      ...(policy.hasTag ? [`ETag: "${tagOf(content)}"`] : []),
    ];
    const tags = head.get("if-none-match") ?? "";
    if (
      policy.hasTag && policy.status === "200 OK" &&
      tags.includes(`"${tagOf(content)}"`)
    ) return notModified(...lines);
    const part = policy.hasTag && policy.status === "200 OK"
      ? partOf(content, head.get("range"), head.get("if-range"))
      : undefined;
    if (part !== undefined) {
      return answerOf(
        "206 Partial Content",
        content.slice(part.first, part.last + 1),
        `Content-Range: bytes ${part.first}-${part.last}/${content.length}`,
        ...lines,
      );
    }
    const answer = answerOf(policy.status, content, ...lines);
    return policy.isChunked ? chunked(answer, content) : answer;
  }

  /** What the origin has said, all of it, that has this from `first` on. */
  having(part: string, first: number, total: number): string[] {
    return this.#said.map(({ content }) => content)
      .filter((content) =>
        content.length === total && content.startsWith(part, first)
      );
  }

  /** What may have been served from the store without asking: "" when it may, else why not. */
  objection(
    content: string,
    isStale: boolean,
    asked: RequestDirective,
    hadError: boolean,
  ): string {
    const said = this.#said.filter((one) => one.content === content);
    if (said.length === 0) return "the origin never said so";
    const reasons = said.map((one) =>
      this.#objectionTo(one, isStale, asked, hadError)
    );
    return reasons.includes("") ? "" : reasons.at(-1)!;
  }

  #objectionTo(
    { policy, atMs }: Said,
    isStale: boolean,
    asked: RequestDirective,
    hadError: boolean,
  ): string {
    const { control } = policy;
    for (const word of ["no-store", "private", "no-cache"] as const) {
      if (control.includes(word)) return word;
    }
    if (asked === "no-cache" || asked === "no-store") {
      return `the client said ${asked}`;
    }
    const nowMs = this.#now();
    // RFC 5861 §4: "regardless of other freshness information".
    const maxAgeMs = hadError ? Infinity : MAX_AGE_MS[asked] ?? Infinity;
    if (nowMs - atMs > maxAgeMs || maxAgeMs === 0) return "too old";
    const { freshUntilMs, staleUntilMs } = allowance(
      { policy, atMs },
      asked,
      hadError,
    );
    if (
      asked === "min-fresh=10" && freshUntilMs - nowMs < 10_000 && !hadError
    ) {
      return "not fresh for long enough";
    }
    if (isStale) return nowMs < staleUntilMs ? "" : "stale for too long";
    return nowMs < freshUntilMs ? "" : "stale";
  }
}

function allowance(
  { policy: { control, maxAge }, atMs }: Pick<Said, "policy" | "atMs">,
  asked: RequestDirective,
  hadError: boolean,
): Allowance {
  const freshUntilMs = atMs + maxAge * 1000;
  const isStrict = control.includes("must-revalidate");
  let staleUntilMs = freshUntilMs;
  const isWindow = control.includes("stale-while-revalidate=20") &&
      asked !== "max-age=10" ||
    hadError && control.includes("stale-if-error=20");
  if (!isStrict && isWindow) staleUntilMs = freshUntilMs + WINDOW_MS;
  if (!isStrict && asked === "max-stale=10") {
    staleUntilMs = Math.max(staleUntilMs, freshUntilMs + 10_001);
  }
  return { freshUntilMs, staleUntilMs };
}

/** The tag of a content: no two have the same. */
export function tagOf(content: string): string {
  return content.split(" ").slice(0, 3).join("_");
}

/** One range of a content that there is; undefined where the whole is the answer. */
function partOf(
  content: string,
  range: string | undefined,
  condition: string | undefined,
): { first: number; last: number } | undefined {
  if (condition !== undefined && condition !== `"${tagOf(content)}"`) {
    return undefined;
  }
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  const end = content.length - 1;
  if (from === "") return { first: end + 1 - Number(to), last: end };
  const last = to === "" ? end : Math.min(end, Number(to));
  return Number(from) > last ? undefined : { first: Number(from), last };
}

function chunked(answer: string, content: string): string {
  const half = content.length >> 1;
  const chunks = [content.slice(0, half), content.slice(half), ""]
    .filter((chunk, i) => chunk !== "" || i === 2)
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  const head = answer.slice(0, answer.length - content.length)
    .replace(/Content-Length: \d+/, "Transfer-Encoding: chunked");
  return head + chunks;
}
