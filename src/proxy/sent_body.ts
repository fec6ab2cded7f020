/**
 * The body of a request as it went out, for rules that are asked about the response. It is
 * there where it was read for a rule, written by one or empty; what streamed is gone.
 */

import { type GivenBody, readContent } from "./body_content.ts";
import { contentCodings, decodeContent } from "./content_coding.ts";
import type { Outgoing } from "./outgoing.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * The body, its codings undone. Undefined when it streamed, is longer than `maxBytes` or has
 * a coding that can't be undone.
 */
export async function sentBody(
  outgoing: Outgoing,
  form: "text" | "bytes",
  maxBytes: number,
): Promise<GivenBody | undefined> {
  const sent = sentBytes(outgoing);
  if (sent === undefined) return undefined;
  const { fields } = outgoing.request.head;
  const content = await decodeContent(sent, contentCodings(fields), maxBytes);
  return content && readContent(content, form, fields);
}

function sentBytes({ request, body }: Outgoing): Uint8Array | undefined {
  if (body?.kind === "whole") return body.bytes;
  return request.bodyLength === 0 ? NO_BYTES : undefined;
}
