/**
 * The life of an exchange, phase by phase: the page to read first. Each phase reads and
 * fills the one Exchange; what a phase throws becomes the answer in ClientConnection.
 *
 *   read head (ClientConnection) → target and framing → loop check
 *   → may it begin, and who asks (admit.ts) → whose is it:
 *     our own address   the proxy's pages                           (own_pages.ts)
 *     CONNECT           limits, lists, rules → dial → 200 → pump    (tunnel.ts)
 *                       or 200 → TLS → again at "read head"         (intercept.ts)
 *     anything else     limits, lists                               (screen.ts)
 *                       → rules                                     (judge.ts)
 *                       → cache: fresh, stale, shared, or           (through_cache.ts)
 *                       → dial or reuse → send → receive → rules → relay (forward.ts)
 *   → record (ClientConnection)
 */

import { ProxyError } from "../errors.ts";
import type { RequestHead } from "../http1/head.ts";
import { type Request, understandRequest } from "../http1/request.ts";
import type { AbsoluteTarget } from "../http1/target.ts";
import { wantsClose } from "../http1/forwarding.ts";
import { admit } from "./admit.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { absoluteHead, refuseOtherOrigin } from "./intercepted_request.ts";
import { judgeRequest } from "./judge.ts";
import { answerAtLastHop, spendHop } from "./max_forwards.ts";
import type { Outgoing } from "./outgoing.ts";
import { servePages } from "./own_pages.ts";
import { answerEnding } from "./rule_answer.ts";
import { screenRequest, screenRewritten } from "./screen.ts";
import type { Services } from "./services.ts";
import { throughCache } from "./through_cache.ts";
import { tunnel } from "./tunnel.ts";

/**
 * Takes an exchange from its head to its answer. Afterwards the answer has been given to the
 * client's writer, though not always flushed. Undefined when it was given at once.
 *
 * @throws {WireError | ProxyError | ClientGone | ConnectionLost} the failure, for the client to be told.
 */
export function handle(
  exchange: Exchange,
  came: RequestHead,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  const { within } = connection;
  const head = within === undefined ? came : absoluteHead(came, within);
  describe(exchange, head);
  const request = understandRequest(head, services.origins);
  exchange.request = request;
  // RFC 9112 §9.3, Appendix C.2.2: "A proxy server MUST NOT maintain a persistent connection
  // with an HTTP/1.0 client".
  if (head.minorVersion === 0 || wantsClose(head.fields, head.minorVersion)) {
    exchange.mustClose = true;
  }
  if (services.self.isLoop(head.fields)) throw loop();
  if (within !== undefined) refuseOtherOrigin(request, within);
  const admitting = admit(exchange, request, connection, services);
  return admitting === undefined
    ? serve(exchange, request, connection, services)
    : admitting.then(() => serve(exchange, request, connection, services));
}

function serve(
  exchange: Exchange,
  request: Request,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  const { head, target } = request;
  switch (target.form) {
    case "authority":
      return tunnel(exchange, head, target.authority, connection, services);
    case "absolute":
      return serveAbsolute(
        exchange,
        request,
        target,
        connection,
        services,
      );
    case "origin":
    case "asterisk":
      return servePages(exchange, request, connection, services);
  }
}

function describe(exchange: Exchange, head: RequestHead): void {
  const { fields } = head;
  exchange.method = head.method;
  exchange.url = head.target;
  if (head.minorVersion === 0) exchange.protocol = "HTTP/1.0";
  exchange.fields = fields;
}

function serveAbsolute(
  exchange: Exchange,
  request: Request,
  target: AbsoluteTarget,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  exchange.targetHost = target.authority.host;
  exchange.targetPort = target.authority.port;
  if (services.self.isOwn(target.authority)) {
    return servePages(exchange, request, connection, services);
  }
  const ending = screenRequest(exchange, request.head, target, services);
  if (ending !== undefined) {
    if (request.bodyLength !== 0) exchange.mustClose = true;
    return answerEnding(exchange, ending, connection);
  }
  const judging = judgeRequest(exchange, request, target, connection, services);
  if (judging === undefined) {
    return send(exchange, { request, target }, connection, services);
  }
  return judging.then((outgoing) => {
    if (outgoing === undefined) return undefined;
    // What rules made of the target is screened as what came.
    const blocked = outgoing.target === target
      ? undefined
      : screenRewritten(exchange, outgoing, services);
    return blocked === undefined
      ? send(exchange, outgoing, connection, services)
      : answerEnding(exchange, blocked, connection);
  });
}

/** What goes out, unless it has come to its last hop here. */
function send(
  exchange: Exchange,
  outgoing: Outgoing,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  const { head } = outgoing.request;
  if (!spendHop(head)) return answerAtLastHop(exchange, head, connection);
  return throughCache(exchange, outgoing, connection, services);
}

function loop(): ProxyError {
  const message =
    "the request has been through this proxy before: two proxies point at each other";
  return new ProxyError(508, "client", "proxy_loop_detected", message);
}
