/**
 * A made-up message as a rule's rewrite leaves it for the next rule. Which rewrites are
 * possible is checked before.
 */

import { Fields } from "../http1/fields.ts";
import type { MadeUpMessage } from "../policy/made_up_message.ts";
import type { Rewrite } from "../policy/rule.ts";
import { changeFields, copyOf } from "../proxy/rewritten_fields.ts";

/** Applies a rewrite. A CONNECT stays as it is: rewrites have no effect there. */
export function rewrittenMessage(
  message: MadeUpMessage,
  rewrite: Rewrite,
): MadeUpMessage {
  if (message.phase === "connect") return message;
  return message.phase === "response"
    ? rewrittenResponse(message, rewrite)
    : rewrittenRequest(message, rewrite);
}

function rewrittenRequest(
  message: MadeUpMessage,
  rewrite: Rewrite,
): MadeUpMessage {
  return {
    ...message,
    url: rewrite.url ?? message.url,
    method: rewrite.method ?? message.method,
    fields: rewrittenFields(message.fields, rewrite),
    ...(rewrite.body === undefined ? {} : { requestBody: rewrite.body }),
  };
}

function rewrittenResponse(
  message: MadeUpMessage,
  rewrite: Rewrite,
): MadeUpMessage {
  const { responseFields = new Fields(), status = 200 } = message;
  return {
    ...message,
    status: rewrite.status ?? status,
    responseFields: rewrittenFields(responseFields, rewrite),
    ...(rewrite.body === undefined ? {} : { responseBody: rewrite.body }),
  };
}

function rewrittenFields(before: Fields, rewrite: Rewrite): Fields {
  const fields = copyOf(before);
  changeFields(fields, rewrite);
  return fields;
}
