/**
 * Records as lines of JSON, side by side in bytes: what is held in memory and
 * what is one value of the store. A line keeps its number for good: of one that
 * was deleted an empty line stays, so that whoever reads on from a line finds
 * the same lines behind it.
 */

/** Deno KV takes values of 64 KiB; a little of that is its own. */
export const MAX_BATCH_BYTES = 60 * 1024;

/** What is known of a batch without reading it. */
export interface BatchSummary {
  /** Ascending: later batches have greater ids. */
  readonly id: number;
  readonly bytes: number;
  readonly records: number;
  /** Records that were not kept, among these, because there were too many. */
  readonly skipped: number;
  /** The first and the last time in it, in milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lines that more lines can be added to. */
export class RecordBatch implements BatchSummary {
  readonly id: number;
  skipped = 0;
  fromMs = Infinity;
  toMs = -Infinity;
  /** Changes with every change. */
  revision = 0;
  /** The revision that is in the store. */
  storedRevision = 0;
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(MAX_BATCH_BYTES);
  #bytes = 0;
  #records = 0;

  constructor(id: number) {
    this.id = id;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  /** Whether there is something in it that the store does not have. */
  get isUnstored(): boolean {
    return this.revision !== this.storedRevision;
  }

  /** Adds a line that ends in "\n"; returns false, and takes nothing, without room. */
  tryAppend(line: string, timeMs: number): boolean {
    const { read, written } = this.#encoder.encodeInto(
      line,
      this.#buffer.subarray(this.#bytes),
    );
    if (read < line.length) return false;
    this.#bytes += written;
    this.#records++;
    this.fromMs = Math.min(this.fromMs, timeMs);
    this.toMs = Math.max(this.toMs, timeMs);
    this.revision++;
    return true;
  }

  /** Notes records that were not kept. */
  skip(records: number): void {
    this.skipped += records;
    this.revision++;
  }

  /** Takes no more lines, and no more memory than they need. */
  seal(): void {
    this.#buffer = this.#buffer.slice(0, this.#bytes);
  }

  /** The bytes of all lines, for the caller to keep. */
  content(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#bytes);
  }

  /** What it is now. */
  summary(): BatchSummary {
    const { id, bytes, records, skipped, fromMs, toMs } = this;
    return { id, bytes, records, skipped, fromMs, toMs };
  }

  /** Puts what is left after `removed` records were taken out; for a batch that is sealed. */
  replace(content: Uint8Array<ArrayBuffer>, removed: number): void {
    this.#buffer = content;
    this.#bytes = content.length;
    this.#records -= removed;
    this.revision++;
  }
}

/** The lines in the content of a batch without their "\n", oldest first; "" for one that was deleted. */
export function linesOf(content: Uint8Array): string[] {
  const lines = new TextDecoder().decode(content).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
