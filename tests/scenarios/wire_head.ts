/**
 * A head as scenarios look at it: the start line, the field lines as they came, and
 * the values by name. Reads leniently, since the proxy's own parser is what is tested.
 */

/** A request's or a response's head. */
export class WireHead {
  readonly startLine: string;
  /** The field lines, in order, without CRLF. */
  readonly lines: readonly string[];

  /** @param text The head with its CRLFs, the empty line included. */
  constructor(text: string) {
    const [startLine = "", ...lines] = text.split("\r\n");
    this.startLine = startLine;
    this.lines = lines.filter((line) => line !== "");
  }

  /** The status of a response. */
  get status(): number {
    return Number(this.startLine.split(" ")[1]);
  }

  /** The values of a field, joined as RFC 9110 §5.3 allows; undefined when there is none. */
  get(name: string): string | undefined {
    const prefix = name.toLowerCase() + ":";
    const values = this.lines
      .filter((line) => line.toLowerCase().startsWith(prefix))
      .map((line) => line.slice(prefix.length).trim());
    return values.length === 0 ? undefined : values.join(", ");
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }
}
