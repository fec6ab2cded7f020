/**
 * Calls that wait for a host, and their order: those of which one ended a host go alone, one
 * after another, so that the next loss tells which one it was; all others follow when none
 * of those is left.
 */

import type { PendingCall } from "./pending_call.ts";

/** Calls for a host to come. */
export class CallQueue {
  #waiting: PendingCall[] = [];
  #suspects: PendingCall[] = [];
  /** The suspect that is being asked. */
  #suspect: PendingCall | undefined;

  /** How many wait. */
  get size(): number {
    return this.#suspects.length + this.#waiting.length;
  }

  /** A suspect is asked or waits: everything else has to. */
  get isHeld(): boolean {
    return this.#suspect !== undefined || this.#suspects.length > 0;
  }

  /** It is asked now, and nothing else is. */
  isAskedAlone(call: PendingCall): boolean {
    return call === this.#suspect;
  }

  add(call: PendingCall): void {
    this.#waiting.push(call);
  }

  /** Takes back calls that a host left, before those that wait already. */
  giveBack(
    suspects: readonly PendingCall[],
    others: readonly PendingCall[],
  ): void {
    this.#suspect = undefined;
    this.#suspects.unshift(...suspects);
    this.#waiting.unshift(...others);
  }

  /** The calls to be asked now, all at once. */
  next(): readonly PendingCall[] {
    if (this.#suspect !== undefined) return [];
    this.#suspect = this.#suspects.shift();
    return this.#suspect === undefined ? this.takeAll() : [this.#suspect];
  }

  /** Notes that a call has its reply. True when others waited for that. */
  settled(call: PendingCall): boolean {
    if (call !== this.#suspect) return false;
    this.#suspect = undefined;
    return true;
  }

  /** Takes out all that wait. */
  takeAll(): readonly PendingCall[] {
    const calls = [...this.#suspects, ...this.#waiting];
    this.#suspects = [];
    this.#waiting = [];
    return calls;
  }
}
