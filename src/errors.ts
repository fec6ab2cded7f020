/**
 * What can go wrong with an exchange, as two classes: a WireError is bytes that
 * are no HTTP/1.1, whoever sent them; a ProxyError is the answer that a client
 * gets for a failure. `toProxyError` is the one map from thrown things to
 * answers. Error codes are the types of RFC 9209 §2.3 (Proxy-Status).
 */

/** Whose fault a failure is. */
export type Side = "client" | "origin" | "proxy";

/** An error type of RFC 9209 §2.3, as it stands in `Proxy-Status`. */
export type ErrorCode =
  | "dns_timeout"
  | "dns_error"
  | "destination_unavailable"
  | "destination_ip_prohibited"
  | "destination_ip_unroutable"
  | "connection_refused"
  | "connection_terminated"
  | "connection_timeout"
  | "connection_limit_reached"
  | "tls_protocol_error"
  | "tls_certificate_error"
  | "tls_alert_received"
  | "http_request_error"
  | "http_request_denied"
  | "http_response_incomplete"
  | "http_response_header_section_size"
  | "http_response_transfer_coding"
  | "http_response_timeout"
  | "http_upgrade_failed"
  | "http_protocol_error"
  | "proxy_internal_error"
  | "proxy_internal_response"
  | "proxy_configuration_error"
  | "proxy_loop_detected";

/**
 * Bytes that break the grammar or the framing rules of RFC 9112.
 *
 * `status` is what a server answers when a client sent them (400, 414, 417,
 * 431, 501 or 505). When an origin sent them the answer is always 502.
 */
export class WireError extends Error {
  override readonly name = "WireError";

  constructor(
    message: string,
    readonly status: number = 400,
    readonly originCode: ErrorCode = "http_protocol_error",
  ) {
    super(message);
  }
}

/** How the record names a failure: something broke, somebody may not, or there is too much. */
export type FailureOutcome = "error" | "denied" | "limited" | "blocked";

/** A failure with the status that the client gets for it. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";

  constructor(
    readonly status: number,
    readonly side: Side,
    readonly code: ErrorCode,
    message: string,
    options?: {
      cause?: unknown;
      retryAfterSeconds?: number;
      /** Default: "error". */
      outcome?: FailureOutcome;
    },
  ) {
    super(message, { cause: options?.cause });
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.outcome = options?.outcome ?? "error";
  }

  /** For 429 and 503: when to try again, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  readonly outcome: FailureOutcome;
}

/** A write failed: the peer takes no more bytes. `cause` is what the system said. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";

  /** @param conn The connection that is lost, to tell the client's from the origin's. */
  constructor(readonly conn: object, cause: unknown) {
    super("Cannot write: the connection is lost", { cause });
  }
}

/** The client went away: nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";

  constructor(
    cause?: unknown,
    /** How the record names it. */
    readonly code: "client_gone" | "client_timeout" = "client_gone",
  ) {
    const how = code === "client_gone"
      ? "closed the connection"
      : "took no bytes in time";
    super(`the client ${how}`, { cause });
  }
}

/** What the proxy was doing with the origin when something was thrown. */
export type OriginStage = "resolve" | "connect" | "tls" | "send" | "receive";

/**
 * The answer for whatever was thrown while the proxy dealt with the origin
 * `name`. A ProxyError stays itself, a WireError is a bad answer of the
 * origin's (502), errors of the system are told apart by their class and code,
 * and anything else is a bug (500).
 */
export function toProxyError(
  thrown: unknown,
  stage: OriginStage,
  name: string,
): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  if (thrown instanceof ConnectionLost) {
    return toProxyError(thrown.cause, stage, name);
  }
  if (thrown instanceof WireError) {
    return originError(
      502,
      thrown.originCode,
      `${name} sent a bad answer: ${thrown.message}`,
      thrown,
    );
  }
  if (isDescriptorShortage(thrown)) {
    return new ProxyError(
      503,
      "proxy",
      "connection_limit_reached",
      "the proxy has run out of sockets",
      {
        cause: thrown,
        retryAfterSeconds: 1,
      },
    );
  }
  return systemError(thrown, stage, name) ??
    new ProxyError(
      500,
      "proxy",
      "proxy_internal_error",
      "an unexpected error in the proxy",
      { cause: thrown },
    );
}

/** True for EMFILE, ENFILE and ENOBUFS: the machine has no more sockets to give. */
export function isDescriptorShortage(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === "EMFILE" || code === "ENFILE" || code === "EADDRNOTAVAIL" ||
    code === "ENOBUFS";
}

/** True for the errors that a closed, reset or cancelled socket gives. */
export function isConnectionLoss(thrown: unknown): boolean {
  return thrown instanceof Deno.errors.ConnectionReset ||
    thrown instanceof Deno.errors.ConnectionAborted ||
    thrown instanceof Deno.errors.BrokenPipe ||
    thrown instanceof Deno.errors.UnexpectedEof ||
    thrown instanceof Deno.errors.NotConnected ||
    thrown instanceof Deno.errors.Interrupted ||
    thrown instanceof Deno.errors.BadResource;
}

function systemError(
  thrown: unknown,
  stage: OriginStage,
  name: string,
): ProxyError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const said = thrown.message;
  if (stage === "resolve") {
    return originError(
      502,
      "dns_error",
      `the name in ${name} could not be resolved: ${unresolvedWhy(thrown)}`,
      thrown,
    );
  }
  if (thrown instanceof Deno.errors.NotCapable) {
    // Of `--deny-net`: the runtime's own guard, behind ours.
    const message = `the proxy is not permitted to connect to ${name}`;
    return new ProxyError(403, "client", "destination_ip_prohibited", message, {
      cause: thrown,
      outcome: "denied",
    });
  }
  if (thrown instanceof Deno.errors.ConnectionRefused) {
    return originError(
      502,
      "connection_refused",
      `${name} refused the connection`,
      thrown,
    );
  }
  if (thrown instanceof Deno.errors.TimedOut) {
    return originError(
      504,
      "connection_timeout",
      `${name} did not answer in time`,
      thrown,
    );
  }
  if (thrown instanceof Deno.errors.InvalidData) {
    return originError(
      502,
      tlsCode(said),
      `the TLS connection to ${name} failed: ${said}`,
      thrown,
    );
  }
  if (isConnectionLoss(thrown)) {
    return originError(
      502,
      "connection_terminated",
      `${name} closed the connection`,
      thrown,
    );
  }
  const code = systemCode(thrown);
  if (
    code === "ENETUNREACH" || code === "EHOSTUNREACH" || code === "EACCES" ||
    code === "EINVAL"
  ) {
    return originError(
      502,
      "destination_ip_unroutable",
      `${name} cannot be reached: ${said}`,
      thrown,
    );
  }
  return code === undefined ? undefined : originError(
    502,
    "destination_unavailable",
    `the connection to ${name} failed: ${said}`,
    thrown,
  );
}

function unresolvedWhy(thrown: Error): string {
  if (thrown instanceof Deno.errors.NotFound) return "it has no address";
  // Which name server that is stays here.
  return thrown instanceof Deno.errors.NotCapable
    ? "the proxy is not permitted to ask its name server"
    : thrown.message;
}

function originError(
  status: number,
  code: ErrorCode,
  message: string,
  cause: unknown,
): ProxyError {
  return new ProxyError(status, "origin", code, message, { cause });
}

function tlsCode(said: string): ErrorCode {
  // What an alert says of certificates is of ours.
  if (/^received (?:fatal )?alert/i.test(said)) return "tls_alert_received";
  return /certificate/i.test(said)
    ? "tls_certificate_error"
    : "tls_protocol_error";
}

/** The errno name of a system error, such as "EMFILE". */
function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
