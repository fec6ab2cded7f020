/**
 * Failures of the KV store, told once: the first is news, those that follow are not, until it has
 * worked again.
 */

/** One way in which the store may fail. */
export class Trouble {
  readonly #tell: (message: string) => void;
  readonly #sentence: (reason: string) => string;
  #isTold = false;

  /** @param sentence What to tell the operator, from the store's own words. */
  constructor(
    tell: (message: string) => void,
    sentence: (reason: string) => string,
  ) {
    this.#tell = tell;
    this.#sentence = sentence;
  }

  failed(error: unknown): void {
    // Whoever closed the store knows.
    if (this.#isTold || error instanceof Deno.errors.BadResource) return;
    this.#isTold = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#tell(this.#sentence(reason));
  }

  succeeded(): void {
    this.#isTold = false;
  }
}
