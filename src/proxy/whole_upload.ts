/**
 * A request's body that is there in whole, on its way up while the answer is awaited: the
 * counterpart of Upload for bodies that rules have read or written.
 */

import { ConnectionLost } from "../errors.ts";
import type { Upstream } from "../net/upstream.ts";
import type { Limits } from "./services.ts";

/** The body of one request, in memory. */
export class WholeUpload {
  /** The whole body has been given to the origin. */
  isDone = false;
  /** The client can do nothing wrong any more. */
  failure: unknown;
  /** Resolves when the upload is done, has failed, or was stopped. */
  finished: Promise<void> = Promise.resolve();

  readonly #bytes: Uint8Array;
  readonly #upstream: Upstream;
  readonly #limits: Limits;
  #isStopped = false;

  constructor(bytes: Uint8Array, upstream: Upstream, limits: Limits) {
    this.#bytes = bytes;
    this.#upstream = upstream;
    this.#limits = limits;
  }

  /** Begins to send; goes on by itself, since the origin may answer before it has read all. */
  start(): void {
    this.finished = this.#run();
  }

  /** Ends an upload that is not done: nothing more goes to the origin. */
  stop(): void {
    if (this.isDone) return;
    this.#isStopped = true;
    this.#upstream.conn.close();
  }

  continued(): void {
    // It was not waited for.
  }

  async #run(): Promise<void> {
    const { writer, conn } = this.#upstream;
    try {
      await writer.data(this.#bytes, 0, this.#bytes.length);
      await writer.flush();
      if (this.#isStopped) return;
      this.isDone = true;
      // Now that the request has gone out, the origin's time to answer begins.
      conn.expireAfter(this.#limits.responseTimeoutMs);
    } catch (error) {
      // The origin reads no more: its answer, which may be on the way, says why.
      if (error instanceof ConnectionLost) return;
      this.failure = error;
      conn.close();
    }
  }
}
