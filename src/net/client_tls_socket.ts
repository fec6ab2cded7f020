/**
 * The TLSSocket of node:tls on the connecting side, over a StreamDuplex, and the judgement of
 * the certificate that it is shown (RFC 9110 §4.3.4, RFC 9525). Decides whom to trust: the
 * runtime's roots and those that are added. Knows nothing of who reads from it or when.
 */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { StreamDuplex } from "./stream_duplex.ts";

/** RFC 1035 §2.3.4. */
const MAX_NAME_LENGTH = 253;
/** A label of a host name (RFC 1123 §2.1), and the underscores that are met all the same. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
/** The most of a text of the peer's own that a message repeats. */
const MAX_QUOTED_LENGTH = 100;

/** Whom to connect to, and whom to believe. */
export interface ClientTlsOptions {
  /** The name or address that the certificate has to be for. A name is sent along (RFC 6066 §3), an address is not. */
  readonly host: string;
  /** Whom to believe: see {@link trustContext}. */
  readonly secureContext: SecureContext;
  /** Default: none is negotiated. */
  readonly ALPNProtocols?: string[];
  /** Whatever certificate is shown is taken. Default: false. */
  readonly isUnverified?: boolean;
}

/**
 * Trust in the runtime's roots (DENO_TLS_CA_STORE, DENO_CERT and `--cert` rule them), and in
 * the PEM certificates `caCerts` beside them. TLS 1.2 at least.
 *
 * @example
 * ```ts
 * const secureContext = trustContext();
 * const tcp = await Deno.connect({ hostname: "example.com", port: 443 });
 * const stream = new TlsStream(tcp, { host: "example.com", secureContext });
 * await stream.handshake();
 * ```
 */
export function trustContext(caCerts: readonly string[] = []): SecureContext {
  const secureContext = createSecureContext({ minVersion: "TLSv1.2" });
  // The option `ca` would take the place of the runtime's roots.
  for (const cert of caCerts) secureContext.context.addCACert(cert);
  return secureContext;
}

/**
 * Begins a handshake. When the socket tells "secureConnect", and before a byte is used or
 * written, the caller asks {@link certificateProblem} whether this is who was meant.
 *
 * @throws {Deno.errors.InvalidData} when no certificate can be for `host`.
 */
export function connectTls(
  duplex: StreamDuplex,
  { host, secureContext, ALPNProtocols }: ClientTlsOptions,
): TLSSocket {
  if (!canBeCertified(host)) {
    const message = `no certificate is for ${quoted(host)}: it is no host name`;
    throw new Deno.errors.InvalidData(message);
  }
  const socket = connect({
    secureContext,
    ...ALPNProtocols && { ALPNProtocols },
    socket: duplex,
    host,
    ...isIP(host) === 0 && { servername: host },
    checkServerIdentity: identityProblem,
    // The certificate is judged all the same, and can be looked at for what is wrong with it.
    rejectUnauthorized: false,
  });
  duplex.holdDestroy(socket);
  return socket;
}

/**
 * What is wrong with the certificate of a socket that has told "secureConnect", in words;
 * undefined when it is in order.
 */
export function certificateProblem(
  socket: TLSSocket,
  host: string,
  nowMs: number = Date.now(),
): string | undefined {
  if (socket.authorized) return undefined;
  const cert = socket.getPeerCertificate();
  if (isWrongName(socket.authorizationError)) {
    return `its certificate is not for ${quoted(host)} but for ${
      quoted(cert.subjectaltname ?? "nobody")
    }`;
  }
  if (Date.parse(cert.valid_to) < nowMs) {
    return `its certificate has expired on ${cert.valid_to}`;
  }
  if (Date.parse(cert.valid_from) > nowMs) {
    return `its certificate is not valid before ${cert.valid_from}`;
  }
  const certificate = new X509Certificate(cert.raw);
  const issuer = quoted(issuerOf(cert));
  if (isSelfSigned(certificate)) {
    return `its certificate is self-signed, by ${issuer}`;
  }
  if (certificate.ca) {
    return `its certificate is an authority's own and no server's (CA:TRUE), by ${issuer}`;
  }
  return `its certificate is of an unknown issuer, ${issuer}, or not for servers (${socket.authorizationError})`;
}

function canBeCertified(host: string): boolean {
  if (isIP(host) !== 0) return true;
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  return name.length <= MAX_NAME_LENGTH &&
    name.split(".").every((label) => LABEL.test(label));
}

/** As node:tls, but the subject's common name is no host name (RFC 9525 §2). */
function identityProblem(
  host: string,
  cert: PeerCertificate,
): Error | undefined {
  return checkServerIdentity(host, { ...cert, subject: NO_SUBJECT });
}

const NO_SUBJECT: PeerCertificate["subject"] = {
  C: "",
  ST: "",
  L: "",
  O: "",
  OU: "",
  CN: "",
};

/** `authorizationError` is the code of an error, for a name as for the rest. */
function isWrongName(authorizationError: Error | string | undefined): boolean {
  return String(authorizationError) === "ERR_TLS_CERT_ALTNAME_INVALID";
}

/** RFC 5280 §3.2: issued and signed by its own subject. */
function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

function issuerOf({ issuer }: PeerCertificate): string {
  const { CN, O } = issuer ?? {};
  return String(CN ?? O ?? "");
}

function quoted(text: string): string {
  const isLong = text.length > MAX_QUOTED_LENGTH;
  return JSON.stringify(
    isLong ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text,
  );
}
