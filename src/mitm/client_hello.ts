/**
 * What a client says first in TLS, as far as it matters before anybody answers: the name
 * that it wants and the protocols that it speaks (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301
 * §3.1). Reads bytes that are there; nothing is taken or changed. Whether the rest of the
 * message is in order is for the TLS that answers it.
 */

/** The most that a ClientHello may have, records' heads included. OpenSSL takes 16 KiB. */
export const MAX_HELLO_BYTES = 20 * 1024;

const HANDSHAKE_RECORD = 22;
const RECORD_HEAD_BYTES = 5;
const CLIENT_HELLO = 1;
const MESSAGE_HEAD_BYTES = 4;
const VERSION_AND_RANDOM_BYTES = 34;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const ALPN = 16;

/** What was made out of a ClientHello. */
export interface ClientHello {
  /** As it was sent; undefined where there is none. */
  readonly serverName: string | undefined;
  /** Undefined where the client negotiates none. */
  readonly alpnProtocols: readonly string[] | undefined;
}

/** Whether bytes are the beginning of a TLS record with a handshake. At least one is wanted. */
export function startsTls(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE_RECORD && (bytes[1] ?? 3) === 3;
}

/**
 * Reads the ClientHello at the start of `bytes`, which {@link startsTls} told; undefined
 * while it is not all there. One that is malformed has neither name nor protocols.
 *
 * @throws {RangeError} when it is longer than {@link MAX_HELLO_BYTES}.
 */
export function tryReadClientHello(bytes: Uint8Array): ClientHello | undefined {
  const message = tryJoinMessage(bytes);
  if (message === undefined) return undefined;
  try {
    return readExtensions(extensionsOf(new Reader(message)));
  } catch (error) {
    if (error instanceof Malformed) return NOTHING;
    throw error;
  }
}

const NOTHING: ClientHello = {
  serverName: undefined,
  alpnProtocols: undefined,
};

/** The message, which may lie in several records (RFC 8446 §5.1). */
function tryJoinMessage(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  let wanted = MESSAGE_HEAD_BYTES;
  for (let at = 0; length < wanted;) {
    if (bytes.length < at + RECORD_HEAD_BYTES) return undefined;
    const size = bytes[at + 3]! << 8 | bytes[at + 4]!;
    const start = at + RECORD_HEAD_BYTES;
    at = start + size;
    // What is no handshake, or empty, ends the message: TLS will say so.
    if (bytes[start - RECORD_HEAD_BYTES] !== HANDSHAKE_RECORD || size === 0) {
      return joined(parts);
    }
    // Whether it is too long must not depend on how much of it has come.
    if (at > MAX_HELLO_BYTES) throw tooLong();
    if (bytes.length < at) return undefined;
    parts.push(bytes.subarray(start, at));
    length += size;
    if (wanted === MESSAGE_HEAD_BYTES && length >= wanted) {
      wanted += lengthIn(joined(parts));
    }
  }
  return joined(parts);
}

function lengthIn(message: Uint8Array): number {
  return message[1]! << 16 | message[2]! << 8 | message[3]!;
}

function tooLong(): RangeError {
  return new RangeError(`a ClientHello of more than ${MAX_HELLO_BYTES} bytes`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function extensionsOf(message: Reader): Reader | undefined {
  if (message.number(1) !== CLIENT_HELLO) throw new Malformed();
  const hello = message.vector(3);
  hello.skip(VERSION_AND_RANDOM_BYTES);
  hello.vector(1); // The session's id,
  hello.vector(2); // cipher suites,
  hello.vector(1); // compression methods.
  return hello.isAtEnd ? undefined : hello.vector(2);
}

function readExtensions(extensions: Reader | undefined): ClientHello {
  let { serverName, alpnProtocols } = NOTHING;
  while (extensions !== undefined && !extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type === SERVER_NAME) serverName = readServerName(content);
    if (type === ALPN) alpnProtocols = readProtocols(content.vector(2));
  }
  return { serverName, alpnProtocols };
}

function readServerName(content: Reader): string | undefined {
  const names = content.vector(2);
  while (!names.isAtEnd) {
    const type = names.number(1);
    const name = names.vector(2).text();
    if (type === HOST_NAME) return name;
  }
  return undefined;
}

function readProtocols(names: Reader): string[] {
  const protocols: string[] = [];
  while (!names.isAtEnd) protocols.push(names.vector(1).text());
  return protocols;
}

/** The bytes end before what they announce. */
class Malformed extends Error {}

/** Numbers and vectors one after another, as RFC 8446 §3 lays them out. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new Malformed();
  }

  number(size: 1 | 2 | 3): number {
    const from = this.#at;
    this.skip(size);
    let value = 0;
    for (let i = from; i < this.#at; i++) value = value << 8 | this.#bytes[i]!;
    return value;
  }

  /** What stands behind its length, which has that many bytes. */
  vector(lengthSize: 1 | 2 | 3): Reader {
    const length = this.number(lengthSize);
    const from = this.#at;
    this.skip(length);
    return new Reader(this.#bytes.subarray(from, this.#at));
  }

  /** The rest as text, one character a byte. */
  text(): string {
    return String.fromCharCode(...this.#bytes.subarray(this.#at));
  }
}
