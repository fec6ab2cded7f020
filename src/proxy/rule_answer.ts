/**
 * The answers that rules give in the origin's place: block pages, answers of their own,
 * redirects, and the refusal of what is over a limit. Each says by Proxy-Status why.
 */

import type { Outcome } from "../log/record.ts";
import type { Block, HeaderRecord, Redirect, Respond } from "../policy/rule.ts";
import { bytesOf, type GivenBody } from "./body_content.ts";
import type { ClientConnection } from "./client_connection.ts";
import { noticePage, whyUrl } from "./error_page.ts";
import type { Exchange } from "./exchange.ts";
import {
  type OwnAnswer,
  prefersHtml,
  proxyStatus,
  respond,
} from "./respond.ts";

/** A request that a limit does not let pass. */
export interface Limited {
  readonly action: "limit";
  readonly reason: string;
  readonly retryAfterSeconds: number;
  /** How many would pass in which time. */
  readonly requests: number;
  readonly perSeconds: number;
}

/** A decision that ends an exchange with an answer of ours. */
export interface Ending {
  /** The rule's name. */
  readonly rule: string;
  readonly decision: Block | Respond | Redirect | Limited;
  /** HTML for browsers in place of the proxy's page for a block, with `{{url}}`, `{{reason}}` and `{{id}}`. */
  readonly page?: string | undefined;
}

const OUTCOMES: Readonly<Record<Ending["decision"]["action"], Outcome>> = {
  block: "blocked",
  respond: "answered",
  redirect: "redirected",
  limit: "limited",
};

/** Gives the answer to the client's writer. */
export function answerEnding(
  exchange: Exchange,
  ending: Ending,
  connection: ClientConnection,
): Promise<void> | undefined {
  exchange.outcome = OUTCOMES[ending.decision.action];
  const answer = answerOf(exchange, ending);
  // RFC 9110 §9.3.6: any 2xx answer to CONNECT would mean that there is a tunnel.
  const isTunnel = exchange.method === "CONNECT" && answer.status < 300;
  return respond(
    exchange,
    connection,
    isTunnel ? { ...answer, status: 403 } : answer,
  );
}

function answerOf(
  exchange: Exchange,
  { rule, decision, page }: Ending,
): OwnAnswer {
  switch (decision.action) {
    case "block": {
      const { status = 403, reason, body, headers } = decision;
      const denied = ["Proxy-Status", deniedBy(exchange, reason)] as const;
      if (body === undefined) {
        return notice(exchange, status, { rule, reason, page }, [
          ...fieldsOf(headers, ["content-type"]),
          denied,
        ]);
      }
      return given(status, headers, body, denied);
    }
    case "respond": {
      const { status, headers, body, reason } = decision;
      return given(status, headers, body ?? "", saidBy(exchange, rule, reason));
    }
    case "redirect": {
      const { status = 302, location, reason } = decision;
      return {
        status,
        fields: [["Location", location], saidBy(exchange, rule, reason)],
      };
    }
    case "limit": {
      const { reason, retryAfterSeconds, requests, perSeconds } = decision;
      // draft-ietf-httpapi-ratelimit-headers-10 §3, §4: quota, window, what remains, until when.
      const name = quotedName(rule);
      return notice(exchange, 429, { rule, reason }, [
        ["Retry-After", String(retryAfterSeconds)],
        ["RateLimit-Policy", `${name};q=${requests};w=${perSeconds}`],
        ["RateLimit", `${name};r=0;t=${retryAfterSeconds}`],
        ["Proxy-Status", deniedBy(exchange, reason)],
      ]);
    }
  }
}

/** A name as a String of a structured field (RFC 9651 §3.3.3). */
function quotedName(name: string): string {
  return `"${name.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

function deniedBy(exchange: Exchange, reason: string): string {
  return proxyStatus(exchange, "http_request_denied", reason);
}

// RFC 9209 §2.3.29: the intermediary generated the response itself.
function saidBy(
  exchange: Exchange,
  rule: string,
  reason: string | undefined,
) {
  const why = reason ?? `answered by the rule "${rule}"`;
  return [
    "Proxy-Status",
    proxyStatus(exchange, "proxy_internal_response", why),
  ] as const;
}

/** An answer whose body a rule gave. */
function given(
  status: number,
  headers: HeaderRecord | undefined,
  body: GivenBody,
  ...further: (readonly [string, string])[]
): OwnAnswer {
  const fields = fieldsOf(headers);
  const isTyped = fields.some(([name]) => name.toLowerCase() === TYPE);
  if (body.length > 0 && !isTyped) {
    fields.unshift([
      "Content-Type",
      typeof body === "string"
        ? "text/plain; charset=utf-8"
        : "application/octet-stream",
    ]);
  }
  return { status, fields: [...fields, ...further], body: bytesOf(body) };
}

const TYPE = "content-type";

function fieldsOf(
  headers: HeaderRecord = {},
  without: readonly string[] = [],
): (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, values]) => {
    if (without.includes(name.toLowerCase())) return [];
    return (typeof values === "string" ? [values] : values)
      .map((value) => [name, value] as const);
  });
}

/** What a client is told. */
interface Said {
  readonly rule: string;
  readonly reason: string;
  readonly page?: string | undefined;
}

/** A page, or JSON, that names the rule and its reason. */
function notice(
  exchange: Exchange,
  status: number,
  said: Said,
  further: readonly (readonly [string, string])[],
): OwnAnswer {
  const isHtml = prefersHtml(exchange);
  const isStorable = further.some(([name]) =>
    name.toLowerCase() === "cache-control"
  );
  return {
    status,
    fields: [
      [
        "Content-Type",
        isHtml ? "text/html; charset=utf-8" : "application/json",
      ],
      ...(isStorable ? [] : [["Cache-Control", "no-store"] as const]),
      ...further,
    ],
    // RFC 9110 §15.3.5, §15.3.6, §15.4.5: such an answer has no content.
    ...([204, 205, 304].includes(status) ? {} : {
      body: isHtml
        ? noticePage(exchange, status, said)
        : noticeJson(exchange, status, said),
    }),
  };
}

function noticeJson(
  { id }: Exchange,
  status: number,
  { rule, reason }: Said,
): Uint8Array {
  const why = whyUrl(id);
  const value = { blocked: { status, rule, reason, id, why } };
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}
