/**
 * The head of a request as it goes to the origin or to a parent proxy: target form, Host,
 * Via, framing, what belongs to the new connection (RFC 9112 §3.2, RFC 9110 §7.6).
 */

import { HOP_BY_HOP } from "../http1/field_names.ts";
import { connectionOptions, forwardedHead } from "../http1/forwarding.ts";
import { CHUNKED } from "../http1/framing.ts";
import type { Request } from "../http1/request.ts";
import type { AbsoluteTarget } from "../http1/target.ts";
import { parentAuthorization } from "../net/parent_connect.ts";
import type { Route } from "../net/route.ts";

/**
 * The text of a request's head on its way along `route`.
 *
 * @param via Our member of Via.
 * @param upgrade The protocols that the client would change to, or "".
 */
export function originRequestHead(
  request: Request,
  target: AbsoluteTarget,
  route: Route,
  via: string,
  upgrade: string,
): string {
  const { head, bodyLength } = request;
  const { fields } = head;
  const parent = route.isTls ? undefined : route.parent;
  // RFC 9112 §3.2.2: only to a proxy goes the absolute form.
  const isForParent = parent !== undefined && parent.scheme !== "socks5";
  const url = isForParent ? absoluteForm(target) : target.path;
  const isLengthStated = bodyLength > 0 || fields.has("content-length");
  return forwardedHead(
    head.method + " " + url + " HTTP/1.1\r\nHost: " + target.hostField,
    fields,
    connectionOptions(fields),
    {
      via,
      isChunked: bodyLength === CHUNKED,
      contentLength: isLengthStated ? bodyLength : undefined,
      lines: (isForParent ? parentAuthorization(parent) : "") +
        connectionLines(request, upgrade),
    },
  );
}

function absoluteForm({ scheme, hostField, path }: AbsoluteTarget): string {
  return `${scheme}://${hostField}${path === "*" ? "" : path}`;
}

function connectionLines({ head }: Request, upgrade: string): string {
  if (upgrade !== "") return `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  const acceptsTrailers = (head.fields.bits & HOP_BY_HOP) !== 0 &&
    head.fields.has("te") &&
    head.fields.tokens("te").includes("trailers");
  return acceptsTrailers ? "Connection: TE\r\nTE: trailers\r\n" : "";
}
