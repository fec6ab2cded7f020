/**
 * At most so many of something at once: who comes later waits for a turn, in the order of
 * coming. What is done in a turn is for whoever takes it.
 */

/** Turns, of which there are `max`. */
export class Turns {
  readonly max: number;
  #taken = 0;
  /** Those who wait, the first one first. */
  readonly #waiting = new Set<() => void>();

  constructor(max: number) {
    this.max = max;
  }

  /**
   * Waits for a turn, which {@link give} ends; undefined for one that is there at once.
   *
   * @throws the reason of `signal`, when it ends the wait: then there is no turn to give back.
   */
  take(signal: AbortSignal): Promise<void> | undefined {
    if (this.#taken === this.max) return this.#wait(signal);
    this.#taken++;
    return undefined;
  }

  /** Ends a turn. */
  give(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin = () => {
      signal.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      this.#waiting.delete(begin);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.add(begin);
    return promise;
  }
}
