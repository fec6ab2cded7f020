/**
 * Has passwords checked in a thread of its own, which starts with the first question and again
 * after it has died. It is told how to start one: what a thread costs is for others to decide.
 */

import type { Worker } from "node:worker_threads";
import type { PasswordAnswer, PasswordQuestion } from "./password_worker.ts";

/** Checks passwords in a thread. */
export class PasswordChecker {
  readonly #start: () => Worker;
  readonly #asked = new Map<number, PromiseWithResolvers<boolean>>();
  #worker: Worker | undefined;
  #count = 0;

  /**
   * @param start Starts a thread with the program password_worker.ts. Closed by `close`.
   *
   * @example
   * ```ts
   * import { Worker } from "node:worker_threads";
   * import { PasswordChecker } from "./password_checker.ts";
   * const program = new URL("./password_worker.ts", import.meta.url);
   * const checker = new PasswordChecker(() => new Worker(program));
   * await checker.check("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "secret"); // true
   * await checker.close();
   * ```
   */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  /**
   * Whether that is the password of that hash; see `passwordMatches`. How many may be asked
   * at once is for the caller to bound.
   *
   * @throws {Error} when the thread dies meanwhile.
   */
  check(passwordHash: string, password: string): Promise<boolean> {
    const id = this.#count++;
    const asked = Promise.withResolvers<boolean>();
    this.#asked.set(id, asked);
    this.#worker ??= this.#begin();
    const question: PasswordQuestion = { id, passwordHash, password };
    this.#worker.postMessage(question);
    return asked.promise;
  }

  /** Ends the thread; what was asked and is not answered fails. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#end(
      worker,
      new Error("Cannot check a password: the thread is closed"),
    );
    await worker.terminate();
  }

  #begin(): Worker {
    const worker = this.#start();
    worker.on("message", ({ id, isRight }: PasswordAnswer) => {
      this.#asked.get(id)?.resolve(isRight);
      this.#asked.delete(id);
    });
    worker.on("error", (cause: unknown) => this.#died(worker, cause));
    worker.on("exit", () => this.#died(worker));
    return worker;
  }

  #died(worker: Worker, cause?: unknown): void {
    this.#end(
      worker,
      new Error("Cannot check a password: the thread has died", { cause }),
    );
  }

  #end(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const asked of this.#asked.values()) asked.reject(error);
    this.#asked.clear();
  }
}
