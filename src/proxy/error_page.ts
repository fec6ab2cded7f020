/**
 * The page that a person sees when the proxy has to answer in the origin's place. One
 * file without assets; everything in it that came from the network is escaped.
 */

import { STATUS_TEXT } from "@std/http/status";
import type { ProxyError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** What a client is told of an error. */
export type ToldError =
  & Pick<ProxyError, "status" | "side" | "code" | "message">
  & {
    /** The rule that failed, if one did. */
    readonly rule?: string;
  };

/** The page for an error, as UTF-8. */
export function errorPage(exchange: Exchange, error: ToldError): Uint8Array {
  const facts = {
    ...requestFact(exchange),
    ...(error.rule === undefined ? {} : { Rule: error.rule }),
    Error: error.code,
  };
  const said = escapeHtml(capitalised(error.message) + ".");
  const sentences = [said, WHOSE[error.side]];
  return page(exchange, error.status, sentences, facts);
}

/** The page for what a rule does not let pass, as UTF-8. */
export function noticePage(
  exchange: Exchange,
  status: number,
  { rule, reason, page: own }: {
    readonly rule: string;
    readonly reason: string;
    /** The operator's page. */
    readonly page?: string | undefined;
  },
): Uint8Array {
  if (own !== undefined) return ownPage(own, exchange, reason);
  const facts = { ...requestFact(exchange), Rule: rule };
  const sentences = [
    escapeHtml(capitalised(reason).replace(/[^.!?]$/, "$&.")),
    `The proxy decided this: <a href="${
      escapeHtml(whyUrl(exchange.id))
    }">why?</a>`,
  ];
  return page(exchange, status, sentences, facts);
}

/** Where an exchange's record can be seen. */
export function whyUrl(id: string): string {
  return `http://proxy-stats/why/${id}`;
}

/** The operator's page, its places filled with text. */
function ownPage(
  page: string,
  { url, id }: Exchange,
  reason: string,
): Uint8Array {
  const values: Readonly<Record<string, string>> = { url, id, reason };
  const text = page.replace(
    /\{\{(url|id|reason)\}\}/g,
    (_, name: string) => escapeHtml(values[name]!),
  );
  return new TextEncoder().encode(text);
}

function requestFact({ method, url }: Exchange): { Request: string } {
  return { Request: `${method} ${url}` };
}

/** @param sentences As HTML. */
function page(
  { id }: Exchange,
  status: number,
  sentences: readonly string[],
  facts: Readonly<Record<string, string>>,
): Uint8Array {
  const phrases: Readonly<Record<number, string>> = STATUS_TEXT;
  const title = escapeHtml(`${status} ${phrases[status] ?? "Error"}`);
  const paragraphs = sentences.map((html) => `<p>${html}</p>`);
  const entries = Object.entries({ ...facts, Exchange: id }).map((
    [name, text],
  ) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`);
  return new TextEncoder().encode(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } dt { opacity: .7 } dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
</style>
<h1>${title}</h1>
${paragraphs.join("\n")}
<dl>
${entries.join("\n")}
</dl>
<p>This answer comes from the proxy Sluice.</p>
</html>
`);
}

const WHOSE = {
  client: "The proxy can't accept what was sent to it.",
  origin: "The proxy works; the server asked for, or the way to it, does not.",
  proxy: "The proxy could not do its part.",
} as const;

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text as it can stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "\ufffd");
}
