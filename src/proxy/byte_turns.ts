/**
 * Turns for work that takes memory while it runs: as much of it runs at once as its bytes allow,
 * the rest waits, in the order in which it came. Knows nothing of the work.
 */

/** The turns of one kind of work. */
export class ByteTurns {
  readonly #maxBytes: number;
  #bytes = 0;
  readonly #waiting: { readonly bytes: number; start(): void }[] = [];

  /** @param maxBytes What may run at once; what is longer runs alone. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Runs some work when it is its turn; settles as that does. */
  async run<Result>(
    bytes: number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#waiting.length > 0 || !this.#hasRoom(bytes)) {
      await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
    } else {
      this.#bytes += bytes;
    }
    try {
      return await work();
    } finally {
      this.#bytes -= bytes;
      this.#startWaiting();
    }
  }

  #hasRoom(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#maxBytes;
  }

  #startWaiting(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#hasRoom(next.bytes);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#bytes += next.bytes;
      next.start();
    }
  }
}
