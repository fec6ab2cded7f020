/**
 * Buffers that are used again: one free list a size, each bounded, so that a busy
 * proxy seldom allocates and an idle one holds little.
 */

/** The read buffer of a connection that is idle or reads heads: what holds most requests' heads. */
export const SMALL_BYTES = 2 * 1024;
/** A buffer for a head to send together with the first bytes of its body, or to receive it in. */
export const MEDIUM_BYTES = 16 * 1024;
/** The read buffer of a connection whose peer keeps filling it: larger ones save no more CPU. */
export const LARGE_BYTES = 256 * 1024;
/** How much larger the buffer is that follows one which was filled. */
const GROWTH = 4;

/** How many bytes of free buffers of one size are kept at most. */
const MAX_FREE_BYTES = 4 * 1024 * 1024;

/** Free lists by size, up to the large one; small buffers are allocated as needed. */
export class Buffers {
  readonly #free = new Map<number, Uint8Array<ArrayBuffer>[]>();
  /** Those of the size that every request takes and gives. */
  readonly #medium: Uint8Array<ArrayBuffer>[] = [];

  constructor() {
    this.#free.set(MEDIUM_BYTES, this.#medium);
  }

  /** A buffer of that size, with whatever its last user left in it. */
  take(size: number): Uint8Array<ArrayBuffer> {
    if (size === MEDIUM_BYTES) {
      return this.#medium.pop() ?? new Uint8Array(MEDIUM_BYTES);
    }
    return this.#free.get(size)?.pop() ?? new Uint8Array(size);
  }

  /** Takes a buffer back that nobody uses any more, no pending read or write either. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const size = buffer.length;
    if (size === MEDIUM_BYTES) {
      if (this.#medium.length < MAX_FREE_BYTES / MEDIUM_BYTES) {
        this.#medium.push(buffer);
      }
      return;
    }
    if (!isKept(size)) return;
    const free = this.#free.get(size) ?? [];
    if ((free.length + 1) * size > MAX_FREE_BYTES) return;
    free.push(buffer);
    this.#free.set(size, free);
  }
}

/** Only the few sizes that are asked for: powers of two. */
function isKept(size: number): boolean {
  return size > SMALL_BYTES && size <= LARGE_BYTES && (size & (size - 1)) === 0;
}

/** The size that follows `size` for a connection that fills its buffer. */
export function largerSize(size: number): number {
  return Math.min(size * GROWTH, LARGE_BYTES);
}
