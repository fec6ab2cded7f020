/**
 * A reader of HTTP/1.1 messages of its own: the smallest thing that accepts the strict
 * grammar of RFC 9112 and nothing else. It shares no code with the proxy, so that what
 * both read alike is what the bytes say.
 */

/** A message as it stands on the wire. Text is one character a byte. */
export interface ReadMessage {
  readonly startLine: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** How its end is told. */
  readonly framing: "none" | "length" | "chunked" | "close";
}

/** Bytes that the strict grammar does not have. */
export class NotStrict extends Error {
  override readonly name = "NotStrict";
}

/** More bytes are needed. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE =
  /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const REQUEST_LINE =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/1\.1$/;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads the request at the start of `text`, and where it ends.
 *
 * @throws {NotStrict} for anything that not all readers read alike.
 * @throws {Unfinished} when it is not all there.
 */
export function readStrictRequest(
  text: string,
): { message: ReadMessage; end: number } {
  const cursor = new Cursor(text);
  const startLine = cursor.line();
  demand(REQUEST_LINE.test(startLine), `a request line: ${startLine}`);
  const fields = cursor.fields();
  demand(valuesOf(fields, "host").length === 1, "one Host");
  return cursor.body(startLine, fields, "none");
}

/**
 * Reads the response at the start of `text`, the answer to a request with that method.
 *
 * @param isEnd Whether the connection has ended behind the text.
 * @throws {NotStrict} and {@link Unfinished}, as {@linkcode readStrictRequest}.
 */
export function readStrictResponse(
  text: string,
  method: string,
  isEnd: boolean,
): { message: ReadMessage; end: number } {
  const cursor = new Cursor(text);
  const startLine = cursor.line();
  const status = Number(STATUS_LINE.exec(startLine)?.[1] ?? 0);
  demand(status > 0, `a status line: ${startLine}`);
  const fields = cursor.fields();
  const isBodiless = method === "HEAD" || status < 200 || status === 204 ||
    status === 304;
  if (isBodiless) {
    const message = { startLine, fields, body: "", trailers: [] };
    return { message: { ...message, framing: "none" }, end: cursor.at };
  }
  return cursor.body(startLine, fields, isEnd ? "close" : "unfinished");
}

/** The values of all fields of that name, without case. */
export function valuesOf(
  fields: ReadMessage["fields"],
  name: string,
): string[] {
  return fields.filter(([one]) => one.toLowerCase() === name)
    .map(([, value]) => value);
}

class Cursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  line(): string {
    const end = this.#text.indexOf("\r\n", this.at);
    if (end < 0) {
      demand(!/\n/.test(this.#text.slice(this.at)), "no bare LF");
      throw new Unfinished("a line");
    }
    const line = this.#text.slice(this.at, end);
    demand(!/[\r\n\0]/.test(line), "no CR, LF or NUL within a line");
    this.at = end + 2;
    return line;
  }

  fields(): (readonly [string, string])[] {
    const fields: (readonly [string, string])[] = [];
    for (let line = this.line(); line !== ""; line = this.line()) {
      const colon = line.indexOf(":");
      const name = line.slice(0, Math.max(0, colon));
      const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
      demand(TOKEN.test(name), `a field name: ${line}`);
      demand(VALUE.test(value), `a field value: ${line}`);
      fields.push([name, value]);
    }
    return fields;
  }

  body(
    startLine: string,
    fields: ReadMessage["fields"],
    unframed: "none" | "close" | "unfinished",
  ): { message: ReadMessage; end: number } {
    const lengths = valuesOf(fields, "content-length");
    const codings = valuesOf(fields, "transfer-encoding");
    demand(lengths.length + codings.length <= 1, "one framing");
    const [length] = lengths;
    const [coding] = codings;
    const rest = { startLine, fields };
    if (coding !== undefined) {
      demand(coding === "chunked", `the coding ${coding}`);
      const read = this.#chunked();
      return {
        message: { ...rest, ...read, framing: "chunked" },
        end: this.at,
      };
    }
    if (length === undefined) return this.#unframed(rest, unframed);
    demand(/^(?:0|[1-9]\d{0,15})$/.test(length), `the length ${length}`);
    const body = this.#take(Number(length));
    const message = { ...rest, body, trailers: [], framing: "length" } as const;
    return { message, end: this.at };
  }

  #unframed(
    rest: Pick<ReadMessage, "startLine" | "fields">,
    unframed: "none" | "close" | "unfinished",
  ): { message: ReadMessage; end: number } {
    if (unframed === "unfinished") throw new Unfinished("the end");
    const body = unframed === "none" ? "" : this.#text.slice(this.at);
    this.at += body.length;
    const message = { ...rest, body, trailers: [], framing: unframed };
    return { message, end: this.at };
  }

  #chunked(): Pick<ReadMessage, "body" | "trailers"> {
    let body = "";
    while (true) {
      const line = this.line();
      const digits = /^([0-9a-f]{1,13})$/i.exec(line)?.[1];
      demand(digits !== undefined, `a chunk's size: ${line}`);
      const size = parseInt(digits ?? "0", 16);
      if (size === 0) return { body, trailers: this.fields() };
      body += this.#take(size);
      demand(this.#take(2) === "\r\n", "CRLF behind a chunk");
    }
  }

  #take(count: number): string {
    if (this.#text.length - this.at < count) throw new Unfinished("a body");
    this.at += count;
    return this.#text.slice(this.at - count, this.at);
  }
}

function demand(isSo: boolean, wanted: string): void {
  if (!isSo) throw new NotStrict(`Cannot read: wants ${wanted}`);
}
