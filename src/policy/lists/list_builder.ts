/**
 * Builds a list from a file's text, piece by piece, so that whoever reads the file decides how
 * long it is busy at a time: a piece of 64 KiB takes a few milliseconds. No line is an error:
 * those that can't be used are counted, and the first of them kept.
 */

import { quoted } from "../../http1/fields.ts";
import { SCOPE, type Scope } from "./list_entry.ts";
import { type Addition, EFFECT } from "./effect.ts";
import type { List, ListSource } from "./list.ts";
import { ListIndex } from "./list_index.ts";
import { parseListLine } from "./list_line.ts";

/** A line that can't be used. */
export interface BadLine {
  /** From 1. */
  readonly line: number;
  /** Its beginning, quoted. */
  readonly text: string;
  readonly reason: string;
}

/** What became of a file's lines. */
export interface ListReport {
  readonly lines: number;
  /** How many entries the list has. */
  readonly entries: number;
  /** Entries that were there already. */
  readonly duplicates: number;
  /** Rules that only a browser can judge. */
  readonly skipped: number;
  /** Lines that can't be used. */
  readonly bad: number;
  /** The first of these. */
  readonly badLines: readonly BadLine[];
}

/** A list from a file. */
export interface FileList extends List {
  readonly report: ListReport;
}

const MAX_BAD_LINES = 20;
const MAX_LINE_CHARACTERS = 16_384;
const MAX_NAME_CHARACTERS = 253;

// What most lines are: a host in canonical form, of two labels or more, and not the machine itself.
const PLAIN_DOMAIN =
  /^(?!localhost\.)(?:[a-z0-9_-]{1,63}\.)+[a-z_-][a-z0-9_-]{0,62}$/;

/** How most hosts files block. */
const HOSTS_LINE = "0.0.0.0 ";

const CARRIAGE_RETURN = 13;

/**
 * Collects a file's lines.
 *
 * @example
 * ```ts
 * import { ListBuilder } from "./list_builder.ts";
 * const builder = new ListBuilder("ads.txt");
 * builder.add("ads.example\n||track");
 * builder.add("er.example^\n");
 * builder.finish().report.entries; // 2
 * ```
 */
export class ListBuilder {
  readonly #source: ListSource;
  readonly #index = new ListIndex();
  readonly #badLines: BadLine[] = [];
  #unfinished = "";
  #isAdblock = false;
  #lines = 0;
  #duplicates = 0;
  #skipped = 0;
  #bad = 0;

  /** @param name The file's, as it shall be named in reasons. */
  constructor(name: string) {
    this.#source = { name, kind: "file" };
  }

  /** How many lines were read. */
  get lines(): number {
    return this.#lines;
  }

  /** Takes the next piece of the file's text, cut anywhere. */
  add(text: string): void {
    let start = 0;
    let end = text.indexOf("\n");
    while (end >= 0) {
      this.#readLine(this.#unfinished + text.slice(start, end));
      this.#unfinished = "";
      start = end + 1;
      end = text.indexOf("\n", start);
    }
    // One character too many is enough to know that the line is too long, behind which a CR may end it.
    const room = MAX_LINE_CHARACTERS + 2 - this.#unfinished.length;
    this.#unfinished += text.slice(start, start + room);
  }

  /** Ends the last line, and gives the list; the builder is of no use afterwards. */
  finish(): FileList {
    if (this.#unfinished !== "") this.#readLine(this.#unfinished);
    this.#unfinished = "";
    const report: ListReport = {
      lines: this.#lines,
      entries: this.#index.size,
      duplicates: this.#duplicates,
      skipped: this.#skipped,
      bad: this.#bad,
      badLines: this.#badLines,
    };
    return { source: this.#source, index: this.#index, report };
  }

  #readLine(ended: string): void {
    this.#lines++;
    const line = ended.charCodeAt(ended.length - 1) === CARRIAGE_RETURN
      ? ended.slice(0, -1)
      : ended;
    if (line.length > MAX_LINE_CHARACTERS) {
      this.#refuse(line, `longer than ${MAX_LINE_CHARACTERS} characters`);
    } else if (!this.#tryPlain(line)) this.#readOther(line);
  }

  /** What most lines are; says of no line anything else than {@linkcode parseListLine} would. */
  #tryPlain(line: string): boolean {
    let [host, scope]: [string, Scope] = [line, SCOPE.both];
    if (line.startsWith("||") && line.endsWith("^")) host = line.slice(2, -1);
    else if (line.startsWith(HOSTS_LINE)) {
      [host, scope] = [line.slice(HOSTS_LINE.length), SCOPE.host];
    }
    if (host.length > MAX_NAME_CHARACTERS || !PLAIN_DOMAIN.test(host)) {
      return false;
    }
    this.#count(
      this.#index.addName(host, scope, EFFECT.list, this.#lines),
      line,
    );
    return true;
  }

  #readOther(line: string): void {
    const read = parseListLine(line, this.#isAdblock);
    switch (read.kind) {
      case "adblock":
        this.#isAdblock = true;
        return;
      case "nothing":
        return;
      case "skipped":
        this.#skipped++;
        return;
      case "bad":
        return this.#refuse(line, read.reason);
      case "entries":
        for (const entry of read.entries) {
          this.#count(this.#index.add(entry, read.effect, this.#lines), line);
        }
    }
  }

  #count(addition: Addition, line: string): void {
    if (addition === "duplicate") this.#duplicates++;
    if (addition === "full") {
      this.#refuse(line, "the list holds as many of its kind as it can");
    }
  }

  #refuse(line: string, reason: string): void {
    this.#bad++;
    if (this.#badLines.length >= MAX_BAD_LINES) return;
    this.#badLines.push({ line: this.#lines, text: quoted(line), reason });
  }
}
