/**
 * What pages are written in: markup that is escaped by construction (hono/html), and the
 * text of strangers made visible. A value in a template is text unless it is markup itself.
 */

import { html, raw } from "hono/html";
import { escapeTerminal } from "../log/escape.ts";

export { html, raw };

/** Markup: what `html` makes, or text, which is escaped where it is put in. */
export type Html = ReturnType<typeof html> | string;

/** Longer texts of strangers are cut in pages, in UTF-16 code units. */
const MAX_CHARACTERS = 300;

/**
 * Text from the network as a person can judge it: control characters and those that turn the
 * direction of what follows stand as `\x1b` or `\u202e`, and it is cut to `most` characters.
 * What it means in HTML is for the template to escape.
 */
export function strangeText(text: string, most = MAX_CHARACTERS): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return escapeTerminal(cut);
}

/**
 * Markup as a string, for whoever sends it, without the indentation of templates. What is in
 * it of strangers has no line breaks: see {@link strangeText}.
 */
export async function htmlText(markup: Html): Promise<string> {
  return (await markup).toString().replace(/\s*\n\s*/g, "\n");
}
