/**
 * TLS to the proxy: the certificate of `--tls-cert` and its key, read anew when their files
 * change. Connections that stand keep what they have; a pair that can't be used is told, and
 * the one in force stays.
 */

import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { PemFiles } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import type { ByteStream } from "../net/conn.ts";
import { TlsStream } from "../net/tls_stream.ts";
import { FileWatch } from "./file_watch.ts";

/** Other text may stand around it. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/;

/** TLS of a listener. */
export class ListenerTls {
  readonly #host: string;
  readonly #files: PemFiles;
  readonly #logger = programLogger("server");
  readonly #watch: FileWatch;
  #secureContext: SecureContext;

  /**
   * @param host Where the proxy listens.
   * @param lookMs How often it looks whether the files have changed. Default: FileWatch's.
   * @throws {Error} when the files can't be read or used.
   */
  constructor(host: string, files: PemFiles, lookMs?: number) {
    this.#host = host;
    this.#files = files;
    this.#secureContext = this.#read();
    const { certPath, keyPath } = files;
    const paths = [certPath, keyPath];
    this.#watch = new FileWatch(paths, () => void this.reload(), lookMs);
  }

  /** Speaks TLS over an accepted connection. */
  readonly wrap = (tcp: Deno.TcpConn): ByteStream => {
    const stream = new TlsStream(tcp, {
      secureContext: this.#secureContext,
      ALPNProtocols: ["http/1.1"],
    });
    stream.handshake().catch((error) => {
      this.#logger.debug("a TLS handshake with {client} failed: {error}", {
        client: tcp.remoteAddr.hostname,
        error: messageOf(error),
      });
    });
    return stream;
  };

  /** Watches the files no more. */
  close(): void {
    this.#watch.close();
  }

  /** Reads the files anew, as it does by itself when they change. False when they can't be used. */
  reload(): boolean {
    try {
      this.#secureContext = this.#read();
    } catch (error) {
      this.#logger.error("{error} The certificate in force stays.", {
        error: messageOf(error),
      });
      return false;
    }
    this.#logger.info("the certificate in {path} is in force", {
      path: this.#files.certPath,
    });
    return true;
  }

  #read(): SecureContext {
    const cert = readPem("--tls-cert", this.#files.certPath);
    const key = readPem("--tls-key", this.#files.keyPath);
    checkCertificate(this.#host, { cert, key }, this.#files);
    const fault = certificateFault(cert, Date.now());
    if (fault !== undefined) {
      this.#logger.warn(
        "clients refuse the certificate in {path}: {fault}. Put another one there: it is taken up by itself.",
        { path: this.#files.certPath, fault },
      );
    }
    return createSecureContext({ cert, key });
  }
}

/**
 * Refuses what TLS can't use. `createSecureContext` takes anything and lets each handshake
 * fail; a listener of the runtime's own looks at once, and says what is wrong.
 */
function checkCertificate(
  hostname: string,
  pem: { cert: string; key: string },
  { certPath, keyPath }: PemFiles,
): void {
  try {
    Deno.listenTls({ hostname, port: 0, ...pem }).close();
  } catch (error) {
    if (isAboutTheAddress(error)) throw error;
    throw new Error(
      `Cannot use "${certPath}" and "${keyPath}" for TLS: ${
        messageOf(error)
      }. A PEM certificate chain and its private key are wanted.`,
      { cause: error },
    );
  }
}

/** Why clients refuse a certificate (the first, of several) that TLS can use; undefined for none of these reasons. */
export function certificateFault(
  pem: string,
  nowMs: number,
): string | undefined {
  const [block] = CERTIFICATE.exec(pem) ?? [];
  if (block === undefined) return undefined;
  const { validFrom, validTo, subjectAltName } = new X509Certificate(block);
  if (Date.parse(validTo) < nowMs) return `it expired on ${validTo}`;
  if (Date.parse(validFrom) > nowMs) {
    return `it is not valid before ${validFrom}`;
  }
  return subjectAltName === undefined
    ? "it is for no host (subjectAltName)"
    : undefined;
}

function isAboutTheAddress(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse ||
    error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof Deno.errors.PermissionDenied;
}

function readPem(option: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new Error(
      `Cannot read the PEM file of ${option}, "${path}": ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
