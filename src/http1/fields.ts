/**
 * The fields of a head or a trailer section, in the order and the spelling in
 * which they came (RFC 9110 §5, RFC 9112 §5). Names are compared without case;
 * several fields of one name stay several. Bytes above 0x7F are kept as the
 * characters U+0080 to U+00FF, one a byte, so that what is forwarded is what came.
 */

import { fieldName, fieldNameAt } from "./field_names.ts";

// RFC 9110 §5.5: field-content is visible characters, SP, HTAB and obs-text.
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]|^[\t ]|[\t ]$/;

/** White space around a member of a list: SP and HTAB, nothing else (RFC 9110 §5.6.3). */
export const BLANKS_AROUND = /^[ \t]+|(?<![ \t])[ \t]+$/g;

/** True for a field value that can stand on the wire as it is (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return !BAD_VALUE.test(text);
}

/** How many numbers of #marks belong to a field: where its line, its value and the value's end are. */
const MARKS = 3;

/** A list of fields. Reading by name takes the name in lower case. */
export class Fields {
  /** Names in lower case. */
  readonly keys: string[] = [];
  /** The bits of all the fields together: a cheap "none of these is here". */
  bits = 0;

  readonly #bits: number[] = [];
  /** The lines as they came, for as long as they are all that is here; then names and values are not taken apart. */
  #text = "";
  #marks: number[] = [];
  #names: string[] | undefined;
  #values: string[] | undefined;

  get size(): number {
    return this.keys.length;
  }

  /** Names as they came. */
  get names(): readonly string[] {
    return this.#names ?? this.#takeApart().names;
  }

  /** Values without the white space around them. */
  get values(): readonly string[] {
    return this.#values ?? this.#takeApart().values;
  }

  /**
   * Adds the field whose line begins at `line` in `text`, with the colon and the value at the positions given.
   * All lines of a head are added from one text, in order.
   *
   * @throws {WireError} when the name is no token.
   */
  appendLine(
    text: string,
    line: number,
    colon: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const known = fieldNameAt(text, line, colon);
    this.#text = text;
    this.#marks.push(line, valueStart, valueEnd);
    this.keys.push(known.key);
    this.#bits.push(known.bits);
    this.bits |= known.bits;
  }

  /**
   * Adds a field at the end.
   *
   * @throws {WireError} when `name` is no token. The value is not checked: see {@link isFieldValue}.
   */
  append(name: string, value: string): void {
    const known = fieldName(name);
    const { names, values } = this.#takeApart();
    names.push(name);
    values.push(value);
    this.keys.push(known.key);
    this.#bits.push(known.bits);
    this.bits |= known.bits;
  }

  /** The value of the field at `index`. */
  valueAt(index: number): string {
    if (this.#values !== undefined) return this.#values[index]!;
    return this.#text.slice(
      this.#marks[index * MARKS + 1],
      this.#marks[index * MARKS + 2],
    );
  }

  /** The value of the first field of that name. */
  get(key: string): string | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.valueAt(at);
  }

  has(key: string): boolean {
    return this.keys.indexOf(key) >= 0;
  }

  /** The values of all the fields of that name, in order. */
  all(key: string): string[] {
    return this.values.filter((_, i) => this.keys[i] === key);
  }

  /** How many fields have that name. */
  count(key: string): number {
    let count = 0;
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] === key) count++;
    }
    return count;
  }

  /**
   * The members of a comma-separated list of tokens, over all the fields of that
   * name, in lower case (RFC 9110 §5.6.1). Not for lists with quoted strings.
   */
  tokens(key: string): string[] {
    const tokens: string[] = [];
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] !== key) continue;
      for (const member of this.valueAt(i).split(",")) {
        const token = member.replace(BLANKS_AROUND, "").toLowerCase();
        if (token !== "") tokens.push(token);
      }
    }
    return tokens;
  }

  /** Replaces all the fields of that name by one, which stands at the end. */
  set(name: string, value: string): void {
    this.remove(name.toLowerCase());
    this.append(name, value);
  }

  /** Removes all the fields of that name. */
  remove(key: string): void {
    if (!this.has(key)) return;
    const { names, values } = this.#takeApart();
    for (let i = this.keys.length - 1; i >= 0; i--) {
      if (this.keys[i] !== key) continue;
      names.splice(i, 1);
      values.splice(i, 1);
      this.keys.splice(i, 1);
      this.#bits.splice(i, 1);
    }
  }

  /**
   * The fields as lines, each with its CRLF, in their order, without those that have one of `bits` or whose
   * name is in `without`.
   */
  lines(bits: number, without: readonly string[] = []): string {
    const isDropped = (i: number) =>
      (this.#bits[i]! & bits) !== 0 ||
      (without.length > 0 && without.includes(this.keys[i]!));
    return this.#names === undefined
      ? this.#linesAsTheyCame(isDropped)
      : this.#linesMade(isDropped);
  }

  /** Runs of lines that pass, each one slice of the text. */
  #linesAsTheyCame(isDropped: (index: number) => boolean): string {
    const marks = this.#marks;
    let lines = "";
    let runStart = -1;
    for (let i = 0; i < this.keys.length; i++) {
      const isPassing = !isDropped(i);
      if (isPassing && runStart < 0) runStart = marks[i * MARKS]!;
      if (isPassing || runStart < 0) continue;
      lines += this.#text.slice(runStart, marks[i * MARKS]);
      runStart = -1;
    }
    return runStart < 0
      ? lines
      : lines + this.#text.slice(runStart, this.#endOfLines());
  }

  #endOfLines(): number {
    // Behind the last value there may be white space before its CRLF.
    return this.#text.indexOf("\r\n", this.#marks.at(-1)) + 2;
  }

  #linesMade(isDropped: (index: number) => boolean): string {
    let lines = "";
    for (let i = 0; i < this.keys.length; i++) {
      if (!isDropped(i)) {
        lines += this.#names![i] + ": " + this.#values![i] + "\r\n";
      }
    }
    return lines;
  }

  /** Makes names and values of the lines: needed once the fields are changed. */
  #takeApart(): { names: string[]; values: string[] } {
    if (this.#names === undefined || this.#values === undefined) {
      const text = this.#text;
      this.#values = this.keys.map((_, i) => this.valueAt(i));
      this.#names = this.keys.map((_, i) => {
        const line = this.#marks[i * MARKS]!;
        return text.slice(line, text.indexOf(":", line));
      });
      this.#text = "";
      this.#marks = [];
    }
    return { names: this.#names, values: this.#values };
  }
}

/** Text from the wire as it can stand in a message: shortened, control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 60 ? text.slice(0, 60) + "…" : text;
  return JSON.stringify(short);
}
