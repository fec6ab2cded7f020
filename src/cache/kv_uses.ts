/**
 * Which entries were used since it was last written when: written together once a minute, so that
 * what is dropped first after a restart is nearly what would have been without one.
 */

const EVERY_MS = 60_000;
/** The uses of more entries are not written. */
const MAX_USES = 10_000;

/** Uses that wait to be written. */
export class KvUses {
  readonly #hashes = new Map<number, number>();
  readonly #write: (id: number, hash: number) => void;
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param write Told of each of them, once. */
  constructor(write: (id: number, hash: number) => void) {
    this.#write = write;
    this.#timer = setInterval(() => this.flush(), EVERY_MS);
  }

  add(id: number, hash: number): void {
    if (this.#hashes.size < MAX_USES) this.#hashes.set(id, hash);
  }

  delete(id: number): void {
    this.#hashes.delete(id);
  }

  clear(): void {
    this.#hashes.clear();
  }

  flush(): void {
    for (const [id, hash] of this.#hashes) this.#write(id, hash);
    this.#hashes.clear();
  }

  /** Writes what waits, for the last time. */
  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}
