/**
 * A client's connection in a soak: raw requests out, answers in by their framing. Every
 * wait has a deadline, so that a proxy that forgets an exchange is noticed.
 */

/** What an answer was. */
export interface Answer {
  /** 0 when the connection ended before a head came. */
  readonly status: number;
  readonly bodyLength: number;
  /** The body came whole. */
  readonly isWhole: boolean;
}

const ANSWER_MS = 15_000;
const HEAD_END = "\r\n\r\n";

/** One connection to the proxy. */
export class SoakClient implements Disposable {
  #conn: Deno.Conn;
  readonly #tcp: Deno.TcpConn;
  #text = "";
  #isEnded = false;
  #isClosed = false;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = this.#tcp = conn;
  }

  static async connect(port: number): Promise<SoakClient> {
    const conn = await Deno.connect({ port });
    conn.setNoDelay(true);
    return new SoakClient(conn);
  }

  async send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await this.#conn.write(bytes.subarray(at));
    }
  }

  /** Goes on in TLS, as with a server of that name whose authority (PEM) is trusted. */
  async secure(hostname: string, authority: string): Promise<void> {
    this.#conn = await Deno.startTls(this.#tcp, {
      hostname,
      caCerts: [authority],
    });
  }

  /** The next answer. @throws {Error} when it takes too long. */
  async answer(isHead = false): Promise<Answer> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this[Symbol.dispose]();
    }, ANSWER_MS);
    const answer = await this.#answer(isHead);
    clearTimeout(timer);
    if (!isLate) return answer;
    throw new Error(`Cannot wait longer: no answer in ${ANSWER_MS} ms`);
  }

  /** That many bytes. False when the connection ended before. */
  async take(count: number): Promise<boolean> {
    while (this.#text.length < count) {
      if (!await this.#more()) return false;
    }
    this.#text = this.#text.slice(count);
    return true;
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  async #answer(isHead: boolean): Promise<Answer> {
    while (!this.#text.includes(HEAD_END)) {
      if (!await this.#more()) {
        return { status: 0, bodyLength: 0, isWhole: false };
      }
    }
    const headEnd = this.#text.indexOf(HEAD_END) + HEAD_END.length;
    const head = this.#text.slice(0, headEnd).toLowerCase();
    this.#text = this.#text.slice(headEnd);
    const status = Number(head.split(" ")[1]);
    if (status === 100) return await this.#answer(isHead);
    const isBodiless = isHead || status === 204 || status === 304 ||
      status === 101;
    if (isBodiless) return { status, bodyLength: 0, isWhole: true };
    if (head.includes("transfer-encoding: chunked")) {
      return await this.#chunked(status);
    }
    const length = Number(/^content-length: (\d+)/m.exec(head)?.[1] ?? 0);
    const isWhole = await this.take(length);
    return { status, bodyLength: length, isWhole };
  }

  async #chunked(status: number): Promise<Answer> {
    for (let bodyLength = 0;;) {
      while (!this.#text.includes("\r\n")) {
        if (!await this.#more()) return { status, bodyLength, isWhole: false };
      }
      const size = parseInt(this.#text, 16);
      const lineEnd = this.#text.indexOf("\r\n") + 2;
      const isThere = await this.take(lineEnd + size + 2);
      bodyLength += size;
      if (!isThere || size === 0) {
        return { status, bodyLength, isWhole: isThere };
      }
    }
  }

  async #more(): Promise<boolean> {
    if (this.#isEnded) return false;
    const buffer = new Uint8Array(64 * 1024);
    try {
      const count = await this.#conn.read(buffer);
      if (count !== null) {
        this.#text += new TextDecoder("latin1").decode(
          buffer.subarray(0, count),
        );
        return true;
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    this.#isEnded = true;
    return false;
  }
}

/** True for what an ended connection throws. */
export function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}
