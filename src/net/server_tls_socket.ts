/**
 * The TLSSocket of node:tls on the accepting side, over a StreamDuplex, so that it says
 * all that it has to say: the runtime's leaves some of it unwritten. Knows nothing of
 * who reads from it or when.
 */

import { TLSSocket, type TLSSocketOptions } from "node:tls";
import type { StreamDuplex } from "./stream_duplex.ts";

/** Which certificate is shown, and what may be spoken. One of the first two is wanted. */
export type ServerTlsOptions = Pick<
  TLSSocketOptions,
  /** The certificate and its key, by `createSecureContext` of node:tls. */
  | "secureContext"
  /** Chooses them by the name that the client asks for ("" for none); takes precedence. */
  | "SNICallback"
  /** Default: none is negotiated. A client that offers others only is refused (RFC 7301 §3.2). */
  | "ALPNProtocols"
>;

/**
 * A TLSSocket that goes on with its handshake after a late SNICallback, which would
 * else lie unwritten until the client sends something; and that lets its last words
 * out (close_notify, an alert) before it is destroyed, as it is by itself once both
 * sides have ended.
 */
export class ServerTlsSocket extends TLSSocket {
  constructor(duplex: StreamDuplex, options: ServerTlsOptions) {
    super(duplex, { ...withNudge(options, duplex), isServer: true });
    duplex.holdDestroy(this);
  }
}

function withNudge(
  options: ServerTlsOptions,
  duplex: StreamDuplex,
): ServerTlsOptions {
  const { SNICallback } = options;
  if (SNICallback === undefined) return options;
  return {
    ...options,
    SNICallback: (name, done) =>
      SNICallback(name, (error, context) => {
        done(error, context);
        setImmediate(() => duplex.nudge());
      }),
  };
}
