/**
 * An origin that reads requests as they come, on however many connections, and hands them to
 * the script one after another to be answered.
 */

import type { WireHead } from "./wire_head.ts";
import type { WireListener } from "./wire_listener.ts";
import type { WirePeer } from "./wire_peer.ts";

/** A request that has reached the origin. */
export interface AskedRequest {
  readonly head: WireHead;
  readonly body: string;
  /** The connection that it came on, for the answer. */
  readonly peer: WirePeer;
}

/** The requests that reach one listener. */
export class AskedOrigin {
  /** How many requests have come. */
  count = 0;
  readonly #waiting: AskedRequest[] = [];
  readonly #askers: ((request: AskedRequest) => void)[] = [];

  constructor(listener: WireListener) {
    this.#accept(listener);
  }

  /** The next request, once it has come. */
  next(): Promise<AskedRequest> {
    const request = this.#waiting.shift();
    if (request !== undefined) return Promise.resolve(request);
    return new Promise((resolve) => this.#askers.push(resolve));
  }

  async #accept(listener: WireListener): Promise<void> {
    while (true) this.#read(await listener.accept());
  }

  async #read(peer: WirePeer): Promise<void> {
    while (true) {
      let message;
      try {
        message = await peer.message();
      } catch {
        return; // The proxy has closed the connection.
      }
      this.count++;
      const { head, body } = message;
      const request = { head, body, peer };
      const asker = this.#askers.shift();
      if (asker === undefined) this.#waiting.push(request);
      else asker(request);
    }
  }
}
