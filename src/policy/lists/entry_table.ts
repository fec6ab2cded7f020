/**
 * Short keys with a byte of marks and a number each, a million of them in some forty
 * megabytes: records lie in chunks of bytes, and an open-addressing table of hashes leads to
 * them. Keys are compared whole, so nothing is found by a hash alone; the same key may be there
 * several times. Hashes run from a key's last character to its first: one pass over a host
 * gives the hash of each of its suffixes. Growing never moves more than a shard at a time.
 * Knows nothing of what keys, marks and numbers mean.
 */

/** How many records one table holds at most. */
export const MAX_RECORDS = 4_000_000;

/** A record's length is a byte. */
const MAX_KEY_CHARACTERS = 255;

const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const SHARD_SHIFT = 32 - SHARD_BITS;
/** Never written to: a shard grows before its first record. */
const NO_SLOTS = new Uint32Array(2);
const FIRST_SLOTS = 8;

const CHUNK_BITS = 16;
const CHUNK_BYTES = 1 << CHUNK_BITS;
// A record: number (4 bytes, little-endian), marks, length of the key, the key.
const MARKS_AT = 4;
const LENGTH_AT = 5;
const KEY_AT = 6;

/** Whoever writes a list can't know which keys would meet in one slot. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/** The hash before the first character, different for each `kind` of key. */
export function beginHash(kind: number): number {
  return SEED ^ Math.imul(kind + 1, 0x9e3779b1);
}

/** The hash with one more character in front (FNV-1a). */
export function growHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** What tables are asked with: all bits of the hash spread over all of it. */
export function endHash(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The hash of a whole key. */
export function hashOf(kind: number, key: string): number {
  let hash = beginHash(kind);
  for (let at = key.length - 1; at >= 0; at--) {
    hash = growHash(hash, key.charCodeAt(at));
  }
  return endHash(hash);
}

/** Records by their keys, which are text of characters up to U+00FF. */
export class EntryTable {
  // Pairs: a record's hash, and its address plus one; 0 for a free slot.
  readonly #shards: Uint32Array[] = Array(SHARDS).fill(NO_SLOTS);
  readonly #shardSizes = new Uint32Array(SHARDS);
  readonly #chunks: Uint8Array[] = [];
  #end = CHUNK_BYTES;
  #size = 0;

  /** How many records there are. */
  get size(): number {
    return this.#size;
  }

  /** How many bytes it holds. */
  get bytes(): number {
    return this.#shards.reduce(
      (bytes, slots) => bytes + slots.byteLength,
      this.#chunks.length * CHUNK_BYTES,
    );
  }

  /**
   * Adds a record, whatever is there already.
   *
   * @param hash {@linkcode hashOf} the key.
   * @param marks A byte.
   * @param value A whole number below 2^32.
   * @returns Whether there was room for it.
   */
  insert(hash: number, key: string, marks: number, value: number): boolean {
    if (this.#size >= MAX_RECORDS || key.length > MAX_KEY_CHARACTERS) {
      return false;
    }
    const shard = hash >>> SHARD_SHIFT;
    let slots = this.#shards[shard]!;
    const size = ++this.#shardSizes[shard]!;
    // Three quarters full at most: pairs, so three eighths of the length.
    if (size * 8 > slots.length * 3) {
      slots = this.#shards[shard] = grown(slots);
    }
    const address = this.#write(key, marks, value);
    occupy(slots, hash, address + 1);
    this.#size++;
    return true;
  }

  /**
   * Finds a record whose key is the text from `start` on.
   *
   * @param hash The hash of that part of the text.
   * @param slot Where to begin: for the first record, leave it out; for the next one, the slot
   * after the one before.
   * @returns The record's slot, or -1.
   */
  seek(text: string, start: number, hash: number, slot: number = hash): number {
    const slots = this.#shards[hash >>> SHARD_SHIFT]!;
    const last = slots.length - 1;
    let at = (slot << 1) & last;
    for (let next = slots[at + 1]!; next !== 0; next = slots[at + 1]!) {
      if (slots[at] === hash && this.#isKey(next - 1, text, start)) {
        return at >>> 1;
      }
      at = (at + 2) & last;
    }
    return -1;
  }

  /** The address of the record that {@linkcode seek} found; it stays as long as the table. */
  addressAt(hash: number, slot: number): number {
    return this.#shards[hash >>> SHARD_SHIFT]![2 * slot + 1]! - 1;
  }

  /** A record's marks. */
  marksOf(address: number): number {
    return this.#chunks[address >>> CHUNK_BITS]![offset(address) + MARKS_AT]!;
  }

  /** A record's number. */
  valueOf(address: number): number {
    const chunk = this.#chunks[address >>> CHUNK_BITS]!;
    const at = offset(address);
    return (chunk[at]! | chunk[at + 1]! << 8 | chunk[at + 2]! << 16 |
      chunk[at + 3]! << 24) >>> 0;
  }

  /** A record's key. */
  keyOf(address: number): string {
    const chunk = this.#chunks[address >>> CHUNK_BITS]!;
    const at = offset(address);
    const start = at + KEY_AT;
    return String.fromCharCode(
      ...chunk.subarray(start, start + chunk[at + LENGTH_AT]!),
    );
  }

  #write(key: string, marks: number, value: number): number {
    if (this.#end + KEY_AT + key.length > CHUNK_BYTES) {
      this.#chunks.push(new Uint8Array(CHUNK_BYTES));
      this.#end = 0;
    }
    const number = this.#chunks.length - 1;
    const chunk = this.#chunks[number]!;
    const at = this.#end;
    chunk[at] = value;
    chunk[at + 1] = value >>> 8;
    chunk[at + 2] = value >>> 16;
    chunk[at + 3] = value >>> 24;
    chunk[at + MARKS_AT] = marks;
    chunk[at + LENGTH_AT] = key.length;
    for (let i = 0; i < key.length; i++) {
      chunk[at + KEY_AT + i] = key.charCodeAt(i);
    }
    this.#end = at + KEY_AT + key.length;
    return number * CHUNK_BYTES + at;
  }

  #isKey(address: number, text: string, start: number): boolean {
    const chunk = this.#chunks[address >>> CHUNK_BITS]!;
    const at = offset(address);
    const length = chunk[at + LENGTH_AT]!;
    if (length !== text.length - start) return false;
    for (let i = 0; i < length; i++) {
      if (chunk[at + KEY_AT + i] !== text.charCodeAt(start + i)) return false;
    }
    return true;
  }
}

function offset(address: number): number {
  return address & (CHUNK_BYTES - 1);
}

function grown(slots: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * Math.max(slots.length, FIRST_SLOTS));
  for (let at = 0; at < slots.length; at += 2) {
    if (slots[at + 1] !== 0) occupy(larger, slots[at]!, slots[at + 1]!);
  }
  return larger;
}

function occupy(slots: Uint32Array, hash: number, pointer: number): void {
  const last = slots.length - 1;
  let at = (hash << 1) & last;
  while (slots[at + 1] !== 0) at = (at + 2) & last;
  slots[at] = hash;
  slots[at + 1] = pointer;
}
