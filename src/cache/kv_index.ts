/**
 * Which entries the KV tier has, in memory: columns of numbers, some fifty bytes an entry, so that
 * a million of them stay far below 200 MB and a key that is not there costs no read. Entries are
 * found by the hash of their key. Knows nothing of KV, and of time only what it is told.
 */

/** What the index knows of one entry. */
export interface IndexedEntry {
  readonly id: number;
  /** See keyHash. */
  readonly hash: number;
  /** What it takes on disk. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly lastUseMs: number;
  /** In how many chunks the body is; 0 when it is in the record of the head. */
  readonly chunks: number;
  readonly isInvalidated: boolean;
}

const NONE = -1;
const FIRST_ROOM = 1_024;
/** Four MiB that are taken as they are used; with more entries than that, chains get longer. */
const BUCKETS = 2 ** 20;
/**
 * How many entries are looked at to find one that was not used for long, as Redis does it
 * (`maxmemory-samples`, 5 to 10): with that many it is among the oldest seventh in nine cases of ten.
 */
const SAMPLES = 16;
/** With so few entries all of them are looked at. */
const LOOK_AT_ALL = 64;

/** The columns: the same row in each is one entry. */
interface Columns {
  readonly ids: Float64Array;
  readonly hashes: Float64Array;
  readonly lastUseMs: Float64Array;
  readonly bytes: Float64Array;
  readonly chunks: Uint32Array;
  readonly isInvalidated: Uint8Array;
  /** The next row of the same bucket, or NONE. */
  readonly next: Int32Array;
}

/** All entries of the KV tier. */
export class KvIndex {
  #columns = columns(FIRST_ROOM);
  /** The first row of each bucket, counted from 1; 0 for none. */
  #buckets = new Int32Array(BUCKETS);
  #count = 0;
  #bytes = 0;

  /** How many entries. */
  get size(): number {
    return this.#count;
  }

  /** What all of them take on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** True when there may be entries under a key with that hash. */
  has(hash: number): boolean {
    return this.#firstRow(hash) !== NONE;
  }

  /** The ids of the entries whose keys have that hash. */
  idsOf(hash: number): number[] {
    const ids: number[] = [];
    const { next } = this.#columns;
    for (let row = this.#firstRow(hash); row !== NONE; row = next[row]!) {
      if (this.#columns.hashes[row] === hash) ids.push(this.#columns.ids[row]!);
    }
    return ids;
  }

  /** True when no other entry than that one is under keys with that hash. */
  isAlone(hash: number, id: number): boolean {
    const { hashes, ids, next } = this.#columns;
    let row = this.#buckets[bucketOf(hash)]! - 1;
    for (; row !== NONE; row = next[row]!) {
      if (hashes[row] === hash && ids[row] !== id) return false;
    }
    return true;
  }

  get(hash: number, id: number): IndexedEntry | undefined {
    const row = this.#rowOf(hash, id);
    return row === NONE ? undefined : this.#entryAt(row);
  }

  /** Adds an entry, or takes over what is new about it. */
  set(entry: IndexedEntry): void {
    let row = this.#rowOf(entry.hash, entry.id);
    if (row === NONE) row = this.#addRow(entry);
    const { bytes, lastUseMs, chunks, isInvalidated } = this.#columns;
    this.#bytes += entry.bytes - bytes[row]!;
    bytes[row] = entry.bytes;
    lastUseMs[row] = entry.lastUseMs;
    chunks[row] = entry.chunks;
    isInvalidated[row] = entry.isInvalidated ? 1 : 0;
  }

  /** False when it is not there. */
  touch(hash: number, id: number, nowMs: number): boolean {
    const row = this.#rowOf(hash, id);
    if (row !== NONE) this.#columns.lastUseMs[row] = nowMs;
    return row !== NONE;
  }

  /** False when it is not there, or was invalidated before. */
  invalidate(hash: number, id: number): boolean {
    const row = this.#rowOf(hash, id);
    if (row === NONE || this.#columns.isInvalidated[row] === 1) return false;
    this.#columns.isInvalidated[row] = 1;
    return true;
  }

  /** Removes an entry; undefined when it is not there. */
  delete(hash: number, id: number): IndexedEntry | undefined {
    const row = this.#rowOf(hash, id);
    if (row === NONE) return undefined;
    const entry = this.#entryAt(row);
    this.#bytes -= entry.bytes;
    this.#unlink(row);
    this.#count--;
    if (row !== this.#count) this.#move(this.#count, row);
    this.#columns.bytes[this.#count] = 0;
    return entry;
  }

  /** An entry that was not used for long; not the one with that id. */
  leastUsed(otherThan?: number): IndexedEntry | undefined {
    const isSmall = this.#count <= LOOK_AT_ALL;
    const looks = isSmall ? this.#count : SAMPLES;
    let oldest = NONE;
    for (let look = 0; look < looks; look++) {
      const row = isSmall ? look : Math.floor(Math.random() * this.#count);
      if (this.#columns.ids[row] === otherThan) continue;
      if (oldest === NONE || this.#isOlder(row, oldest)) oldest = row;
    }
    return oldest === NONE ? undefined : this.#entryAt(oldest);
  }

  /** All entries; what is added or removed meanwhile may be missing or come twice. */
  *entries(): Generator<IndexedEntry> {
    for (let row = 0; row < this.#count; row++) yield this.#entryAt(row);
  }

  clear(): void {
    this.#columns = columns(FIRST_ROOM);
    this.#buckets = new Int32Array(BUCKETS);
    this.#count = 0;
    this.#bytes = 0;
  }

  #isOlder(row: number, other: number): boolean {
    const { lastUseMs, ids } = this.#columns;
    const difference = lastUseMs[row]! - lastUseMs[other]!;
    return difference < 0 || difference === 0 && ids[row]! < ids[other]!;
  }

  #entryAt(row: number): IndexedEntry {
    const from = this.#columns;
    return {
      id: from.ids[row]!,
      hash: from.hashes[row]!,
      bytes: from.bytes[row]!,
      lastUseMs: from.lastUseMs[row]!,
      chunks: from.chunks[row]!,
      isInvalidated: from.isInvalidated[row] === 1,
    };
  }

  /** The first row whose hash it is. Rows of one hash need not follow one another. */
  #firstRow(hash: number): number {
    const { hashes, next } = this.#columns;
    let row = this.#buckets[bucketOf(hash)]! - 1;
    while (row !== NONE && hashes[row] !== hash) row = next[row]!;
    return row;
  }

  #rowOf(hash: number, id: number): number {
    const { ids, next } = this.#columns;
    let row = this.#buckets[bucketOf(hash)]! - 1;
    while (row !== NONE && ids[row] !== id) row = next[row]!;
    return row;
  }

  #addRow({ id, hash }: IndexedEntry): number {
    if (this.#count === this.#columns.ids.length) this.#grow();
    const row = this.#count++;
    this.#columns.ids[row] = id;
    this.#columns.hashes[row] = hash;
    this.#link(row);
    return row;
  }

  #link(row: number): void {
    const bucket = bucketOf(this.#columns.hashes[row]!);
    this.#columns.next[row] = this.#buckets[bucket]! - 1;
    this.#buckets[bucket] = row + 1;
  }

  #unlink(row: number): void {
    this.#relink(row, this.#columns.next[row]!);
  }

  /** Makes whatever leads to a row lead to another. */
  #relink(row: number, to: number): void {
    const { hashes, next } = this.#columns;
    const bucket = bucketOf(hashes[row]!);
    let at = this.#buckets[bucket]! - 1;
    if (at === row) {
      this.#buckets[bucket] = to + 1;
      return;
    }
    while (next[at] !== row) at = next[at]!;
    next[at] = to;
  }

  #move(from: number, to: number): void {
    this.#relink(from, to);
    for (const column of Object.values(this.#columns)) {
      column[to] = column[from];
    }
  }

  #grow(): void {
    const { ids, hashes, lastUseMs, bytes, chunks, isInvalidated, next } =
      this.#columns;
    const larger = columns(2 * ids.length);
    larger.ids.set(ids);
    larger.hashes.set(hashes);
    larger.lastUseMs.set(lastUseMs);
    larger.bytes.set(bytes);
    larger.chunks.set(chunks);
    larger.isInvalidated.set(isInvalidated);
    larger.next.set(next);
    this.#columns = larger;
  }
}

function bucketOf(hash: number): number {
  // The low 32 bits are one lane of the hash.
  return (hash | 0) & (BUCKETS - 1);
}

function columns(room: number): Columns {
  return {
    ids: new Float64Array(room),
    hashes: new Float64Array(room),
    lastUseMs: new Float64Array(room),
    bytes: new Float64Array(room),
    chunks: new Uint32Array(room),
    isInvalidated: new Uint8Array(room),
    next: new Int32Array(room),
  };
}
