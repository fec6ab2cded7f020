/**
 * Somebody who asks through the proxy all the while, and notes how long it takes: on a
 * thread of their own, with an origin of their own, so that only the proxy can keep them
 * waiting.
 */

/** What they noted. */
export interface Waits {
  /** In ms, one for each question. */
  readonly waits: readonly number[];
  /** What they got in place of an answer. */
  readonly problems: readonly string[];
}

/** Asks until it is told to stop. */
export class Bystander {
  readonly #worker: Worker;

  /** @param proxyPort Where to ask. */
  constructor(proxyPort: number) {
    const url = new URL("bystander_worker.ts", import.meta.url);
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.postMessage(proxyPort);
  }

  /** Waits for the question under way, and gives the notes. */
  async stop(): Promise<Waits> {
    const { promise, resolve } = Promise.withResolvers<Waits>();
    this.#worker.onmessage = ({ data }: MessageEvent<Waits>) => resolve(data);
    this.#worker.postMessage("stop");
    const waits = await promise;
    this.#worker.terminate();
    return waits;
  }
}
