/**
 * TLS over any ByteStream, another TlsStream too: 1.2 and 1.3 (RFC 5246, RFC 8446), on
 * either side. It can be closed at any time, in the midst of its handshake too, and then
 * lets go of the stream below at once. It reads from that stream only when a read or the
 * handshake waits for bytes, so at most one piece of plaintext is held. Decides nothing
 * about certificates.
 */

import type { Buffer } from "node:buffer";
import type { TLSSocket } from "node:tls";
import {
  certificateProblem,
  type ClientTlsOptions,
  connectTls,
} from "./client_tls_socket.ts";
import type { ByteStream } from "./conn.ts";
import { type ServerTlsOptions, ServerTlsSocket } from "./server_tls_socket.ts";
import { StreamDuplex } from "./stream_duplex.ts";

/** How much is read at once while little is wanted: for handshakes and idle connections. */
const SMALL_READ_BYTES = 4 * 1024;
/** How much is read at once while much is wanted. */
const LARGE_READ_BYTES = 64 * 1024;
/** The most that one write takes: nine records, since rustls takes three at a time. */
const MAX_WRITE_BYTES = 9 * 16 * 1024;
/** The most that the peer may send before the handshake is done. RFC 8446 §4 has messages of up to 16 MiB; OpenSSL takes 16 KiB of a ClientHello. */
const MAX_HANDSHAKE_BYTES = 128 * 1024;

/** What a handshake has settled. */
export interface TlsSession {
  /** The name that the client asked for (RFC 6066 §3); none where it is an address. */
  readonly serverName: string | undefined;
  readonly alpnProtocol: string | undefined;
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly protocol: string;
}

/** A read that waits for bytes. */
interface Reader {
  readonly into: Uint8Array;
  readonly resolve: (count: number | null) => void;
}

/**
 * The plaintext side of a TLS connection. The handshake runs when it is first asked for, read or
 * written. Errors are those of the stream below, and of TLS itself:
 *
 * - `Deno.errors.InvalidData`: the peer breaks TLS, the two have nothing in common, or the server's
 *   certificate is refused: the message then has the word "certificate" and says why;
 * - `Deno.errors.UnexpectedEof`: the peer ended without close_notify (RFC 8446 §6.1: it may be a truncation);
 * - `Deno.errors.Interrupted`: {@link close} was called meanwhile.
 *
 * @example
 * ```ts
 * const secureContext = createSecureContext({ cert, key });
 * const stream = new TlsStream(await listener.accept(), { secureContext });
 * const { serverName } = await stream.handshake();
 * ```
 */
export class TlsStream implements ByteStream {
  readonly #source: ByteStream;
  readonly #duplex: StreamDuplex;
  readonly #socket: TLSSocket;
  /** Whom the certificate has to be for; undefined where none is judged. */
  readonly #certifiedHost: string | undefined;
  readonly #handshake = Promise.withResolvers<TlsSession>();
  /** What is called when the stream fails: who waits for something. */
  readonly #waiting = new Set<(error: unknown) => void>();
  readonly #received: Uint8Array[] = [];
  #session: TlsSession | undefined;
  #reader: Reader | undefined;
  #failure: unknown;
  #isEnded = false;
  #isPulling = false;
  #isClosed = false;
  #handshakeBytes = 0;

  /**
   * Takes over `source`: {@link close} closes it. With a `host` it is the connecting side, which
   * says hello at once.
   *
   * @throws {Deno.errors.InvalidData} when no certificate can be for `host`; `source` is left alone.
   */
  constructor(
    source: ByteStream,
    options: ServerTlsOptions | ClientTlsOptions,
  ) {
    this.#source = source;
    this.#duplex = new StreamDuplex(source);
    const isClient = "host" in options;
    if (isClient) {
      if (!options.isUnverified) this.#certifiedHost = options.host;
      this.#socket = connectTls(this.#duplex, options);
    } else {
      this.#socket = new ServerTlsSocket(this.#duplex, options);
    }
    this.#waiting.add(this.#handshake.reject);
    // Who asks for the handshake is told; nobody has to ask.
    this.#handshake.promise.catch(() => {});
    this.#listen(isClient ? "secureConnect" : "secure");
  }

  /** What the handshake has settled; undefined before it is done. */
  get session(): TlsSession | undefined {
    return this.#session;
  }

  /** Runs the handshake, once, and says what it has settled. Rejects as a read does. */
  handshake(): Promise<TlsSession> {
    this.#pull();
    return this.#handshake.promise;
  }

  /** Reads plaintext: how many bytes, or null after the peer's close_notify. One read at a time. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#received.length > 0) return Promise.resolve(this.#take(into));
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#isEnded) return Promise.resolve(null);
    return this.#waitFor<number | null>((resolve) => {
      this.#reader = { into, resolve };
      this.#pull();
    });
  }

  /** Writes a part of the bytes, and returns how many once the stream below has taken them. */
  write(bytes: Uint8Array): Promise<number> {
    if (bytes.length === 0) return Promise.resolve(0);
    if (this.#session !== undefined) return this.#write(bytes);
    return this.handshake().then(() => this.#write(bytes));
  }

  /** Sends close_notify and ends our side of the stream below. The peer may still send. */
  async closeWrite(): Promise<void> {
    await this.handshake();
    await this.#waitFor<void>((resolve) => this.#socket.end(resolve));
    await this.#duplex.settle();
    if (this.#failure !== undefined) throw this.#failure;
    await this.#source.closeWrite();
  }

  /** Closes the stream below at once, without close_notify. What is under way is rejected. Closing twice is fine. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#received.length = 0;
    this.#fail(new Deno.errors.Interrupted("the connection was closed here"));
    this.#socket.destroy();
    this.#source.close();
  }

  #listen(secured: "secureConnect" | "secure"): void {
    const socket = this.#socket;
    const fail = (error: Error) => this.#fail(this.#toStreamError(error));
    socket.on("error", fail);
    // An error after the handshake is told by this event alone, as to the server of node:tls.
    socket.on("_tlsError", fail);
    socket.on(secured, () => this.#secured());
    socket.on("data", (bytes: Buffer) => this.#give(bytes));
    socket.on("end", () => this.#end());
  }

  #secured(): void {
    const problem = this.#certifiedHost === undefined
      ? undefined
      : certificateProblem(this.#socket, this.#certifiedHost);
    if (problem !== undefined) {
      this.#fail(new Deno.errors.InvalidData(problem));
      this.#socket.destroy();
      return;
    }
    const socket: TLSSocket & { servername?: unknown } = this.#socket;
    const { servername, alpnProtocol } = socket;
    this.#session = {
      serverName: typeof servername === "string" && servername !== ""
        ? servername
        : undefined,
      alpnProtocol: alpnProtocol || undefined,
      protocol: socket.getProtocol() ?? "",
    };
    this.#waiting.delete(this.#handshake.reject);
    this.#handshake.resolve(this.#session);
  }

  /** Takes plaintext, of nobody but whom the handshake has found to be right. */
  #give(bytes: Uint8Array): void {
    if (this.#failure !== undefined || this.#session === undefined) return;
    this.#received.push(bytes);
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#reader = undefined;
    reader.resolve(this.#take(reader.into));
  }

  #end(): void {
    this.#isEnded = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(null);
  }

  /** Copies from the first piece of what was received. */
  #take(into: Uint8Array): number {
    const first = this.#received[0]!;
    if (first.length <= into.length) {
      into.set(first);
      this.#received.shift();
      return first.length;
    }
    into.set(first.subarray(0, into.length));
    this.#received[0] = first.subarray(into.length);
    return into.length;
  }

  /** Whether bytes from below are of use now. */
  get #wantsBytes(): boolean {
    if (this.#isEnded || this.#failure !== undefined) return false;
    return this.#reader !== undefined || this.#session === undefined;
  }

  /** Reads from below while bytes are wanted. Never rejects. */
  async #pull(): Promise<void> {
    if (this.#isPulling) return;
    this.#isPulling = true;
    try {
      while (this.#wantsBytes) {
        const count = await this.#duplex.pull(this.#readBytes());
        if (count === null) await this.#endedBelow();
        else if (this.#session === undefined) this.#countHandshake(count);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isPulling = false;
  }

  #readBytes(): number {
    const wanted = this.#reader?.into.length ?? 0;
    return wanted > SMALL_READ_BYTES ? LARGE_READ_BYTES : SMALL_READ_BYTES;
  }

  /** The end below is in order only after close_notify, which is told some ticks after it came. */
  async #endedBelow(): Promise<void> {
    await this.#duplex.settle();
    if (this.#isEnded) return;
    this.#fail(
      new Deno.errors.UnexpectedEof("the peer ended without close_notify"),
    );
  }

  #countHandshake(count: number): void {
    this.#handshakeBytes += count;
    if (this.#handshakeBytes <= MAX_HANDSHAKE_BYTES) return;
    const message = `no handshake within ${MAX_HANDSHAKE_BYTES} bytes`;
    this.#fail(new Deno.errors.InvalidData(message));
  }

  #write(bytes: Uint8Array): Promise<number> {
    const part = bytes.length > MAX_WRITE_BYTES
      ? bytes.subarray(0, MAX_WRITE_BYTES)
      : bytes;
    return this.#waitFor<number>((resolve, reject) => {
      // node:tls calls back when what it made of the bytes was written below, or could not be.
      this.#socket.write(part, (error) => {
        const failure = this.#duplex.writeFailure ?? error;
        if (failure) reject(failure);
        else resolve(part.length);
      });
    });
  }

  /** A promise that is rejected as well when the stream fails. */
  #waitFor<T>(
    start: (
      resolve: (value: T) => void,
      reject: (error: unknown) => void,
    ) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.add(reject);
      const done = (value: T) => {
        this.#waiting.delete(reject);
        resolve(value);
      };
      start(done, reject);
    });
  }

  /** The first failure stays. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#reader = undefined;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  /** An error of node:tls as what it is to whoever reads: of the stream below, or of the peer's TLS. */
  #toStreamError(error: Error): unknown {
    return this.#duplex.writeFailure ??
      new Deno.errors.InvalidData(error.message, { cause: error });
  }
}
