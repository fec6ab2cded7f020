/**
 * Calls under way, found by their ids. Ids are given out one after another and most calls
 * end soon, so a ring of places holds them; one that is still there when the ring has turned
 * makes room. A Map alone would do, but the tables that it leaves behind as calls come and
 * go keep calls in memory that ended long ago.
 */

const PLACES = 1_024;

/** Calls by id. */
export class CallRing<Call extends { readonly id: number }> {
  /** A call is at the place of its id modulo their number. */
  readonly #places: (Call | undefined)[] = new Array(PLACES).fill(undefined);
  /** Those whose place another one has taken. */
  readonly #late = new Map<number, Call>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a call whose id none has that is in here. */
  add(call: Call): void {
    const place = call.id % PLACES;
    const before = this.#places[place];
    if (before !== undefined) this.#late.set(before.id, before);
    this.#places[place] = call;
    this.#size++;
  }

  get(id: number): Call | undefined {
    const call = this.#places[id % PLACES];
    return call?.id === id ? call : this.#late.get(id);
  }

  /** Takes a call out and returns it; undefined where none has that id. */
  take(id: number): Call | undefined {
    const call = this.get(id);
    if (call === undefined) return undefined;
    const place = id % PLACES;
    if (this.#places[place] === call) this.#places[place] = undefined;
    else this.#late.delete(id);
    this.#size--;
    return call;
  }

  /** All calls, by their ids. */
  inOrder(): Call[] {
    if (this.#size === 0) return [];
    return [...this.#late.values(), ...this.#places]
      .filter((call) => call !== undefined)
      .sort((a, b) => a.id - b.id);
  }
}
