/**
 * The most frequent names of a stream, in bounded memory: the Space-Saving
 * algorithm (Metwally, Agrawal, El Abbadi 2005). A name that is not there when
 * the list is full takes the place of the one that came least often and inherits
 * its count as its possible error. So any name that makes up more than one in
 * `capacity` of the stream is there, and a count is never too small.
 */

/** A name, as often as it came at most, and how much of that may not be its own. */
export interface Hitter {
  readonly name: string;
  readonly count: number;
  readonly error: number;
  /** The sum of the weights since the name is there: never too large. */
  readonly weight: number;
}

/** Names with counts, and how often any other name came at most. */
export interface Hitters {
  readonly hitters: readonly Hitter[];
  readonly mostUnlisted: number;
}

/** Places that change together, so that those changed are found again. */
export const PLACES_PER_PAGE = 32;

/** Counts names. */
export class SpaceSaving implements Hitters {
  readonly capacity: number;
  readonly #placeOf = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #counts: Float64Array;
  readonly #errors: Float64Array;
  readonly #weights: Float64Array;
  readonly #pageChanged: Uint8Array;
  /** The places as a binary heap, the least count first; made when the list is full. */
  #heap: Uint32Array | undefined;
  readonly #heapIndexOf: Uint32Array;

  /** @param capacity How many names are counted at once, at least 1. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#counts = new Float64Array(capacity);
    this.#errors = new Float64Array(capacity);
    this.#weights = new Float64Array(capacity);
    this.#heapIndexOf = new Uint32Array(capacity);
    this.#pageChanged = new Uint8Array(Math.ceil(capacity / PLACES_PER_PAGE));
  }

  /** How many names there are. */
  get size(): number {
    return this.#names.length;
  }

  get mostUnlisted(): number {
    return this.size < this.capacity ? 0 : this.#counts[this.#leastPlace()]!;
  }

  get hitters(): Hitter[] {
    return this.#names.map((_, place) => this.#hitterAt(place));
  }

  /** Counts a name. */
  add(name: string, weight: number): void {
    const place = this.#placeOf.get(name) ?? this.#admit(name);
    this.#counts[place]!++;
    this.#weights[place]! += weight;
    this.#pageChanged[Math.floor(place / PLACES_PER_PAGE)] = 1;
    if (this.#heap !== undefined) this.#sink(this.#heapIndexOf[place]!);
  }

  /** Takes over names with their counts in place of its own, the most frequent ones. */
  replace({ hitters }: Hitters): void {
    this.#placeOf.clear();
    this.#names.length = 0;
    this.#heap = undefined;
    for (const { name, count, error, weight } of hitters) {
      if (this.size === this.capacity) break;
      const place = this.#append(name);
      this.#counts[place] = count;
      this.#errors[place] = error;
      this.#weights[place] = weight;
    }
    this.changeAll();
  }

  /** The pages that changed since the last call. */
  changedPages(): number[] {
    const pages: number[] = [];
    this.#pageChanged.forEach((isChanged, page) => {
      if (isChanged === 1 && page * PLACES_PER_PAGE < this.size) {
        pages.push(page);
      }
    });
    this.#pageChanged.fill(0);
    return pages;
  }

  /** Lets all pages count as changed. */
  changeAll(): void {
    this.#pageChanged.fill(1);
  }

  /** The names of one page. */
  page(page: number): Hitter[] {
    const first = page * PLACES_PER_PAGE;
    const end = Math.min(first + PLACES_PER_PAGE, this.size);
    return Array.from(
      { length: Math.max(0, end - first) },
      (_, i) => this.#hitterAt(first + i),
    );
  }

  #hitterAt(place: number): Hitter {
    return {
      name: this.#names[place]!,
      count: this.#counts[place]!,
      error: this.#errors[place]!,
      weight: this.#weights[place]!,
    };
  }

  #admit(name: string): number {
    // A name is often a part of a message's head, all of which it would hold in memory.
    const own = copied(name);
    if (this.size < this.capacity) return this.#append(own);
    const place = this.#leastPlace();
    this.#placeOf.delete(this.#names[place]!);
    this.#placeOf.set(own, place);
    this.#names[place] = own;
    this.#errors[place] = this.#counts[place]!;
    this.#weights[place] = 0;
    return place;
  }

  #append(name: string): number {
    const place = this.size;
    this.#names.push(name);
    this.#placeOf.set(name, place);
    this.#counts[place] = 0;
    this.#errors[place] = 0;
    this.#weights[place] = 0;
    return place;
  }

  #leastPlace(): number {
    this.#heap ??= this.#makeHeap();
    return this.#heap[0]!;
  }

  /** Sorted is a heap too. */
  #makeHeap(): Uint32Array {
    const heap = Uint32Array.from(this.#names.keys())
      .sort((a, b) => this.#counts[a]! - this.#counts[b]!);
    heap.forEach((place, index) => this.#heapIndexOf[place] = index);
    return heap;
  }

  /** Moves a place whose count grew down to where it belongs. */
  #sink(index: number): void {
    const heap = this.#heap!;
    const counts = this.#counts;
    const place = heap[index]!;
    const count = counts[place]!;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (
        child + 1 < heap.length &&
        counts[heap[child + 1]!]! < counts[heap[child]!]!
      ) child++;
      const childPlace = heap[child]!;
      if (counts[childPlace]! >= count) break;
      heap[index] = childPlace;
      this.#heapIndexOf[childPlace] = index;
      index = child;
    }
    heap[index] = place;
    this.#heapIndexOf[place] = index;
  }
}

/**
 * The most frequent names of two streams, the most frequent first, with the
 * bounds that still hold (Agarwal and others, Mergeable Summaries, 2012): a name
 * that one of them does not list may have come as often there as any unlisted.
 */
export function mergeHitters(a: Hitters, b: Hitters): Hitters {
  const merged = new Map<string, Hitter>();
  for (const hitter of a.hitters) {
    merged.set(hitter.name, raised(hitter, b.mostUnlisted));
  }
  for (const hitter of b.hitters) {
    const other = a.mostUnlisted;
    const known = merged.get(hitter.name);
    merged.set(
      hitter.name,
      known === undefined
        ? raised(hitter, other)
        : sum(raised(known, -b.mostUnlisted), hitter),
    );
  }
  return {
    hitters: [...merged.values()].sort((x, y) =>
      y.count - x.count || (x.name < y.name ? -1 : 1)
    ),
    mostUnlisted: a.mostUnlisted + b.mostUnlisted,
  };
}

/** The first names of a list, with what then holds for all others. */
export function firstHitters(
  { hitters, mostUnlisted }: Hitters,
  count: number,
): Hitters {
  return {
    hitters: hitters.slice(0, count),
    mostUnlisted: Math.max(mostUnlisted, hitters[count]?.count ?? 0),
  };
}

function raised(hitter: Hitter, by: number): Hitter {
  return { ...hitter, count: hitter.count + by, error: hitter.error + by };
}

function sum(a: Hitter, b: Hitter): Hitter {
  return {
    name: a.name,
    count: a.count + b.count,
    error: a.error + b.error,
    weight: a.weight + b.weight,
  };
}

/** The same text, not a view of a longer one. */
function copied(text: string): string {
  return ` ${text}`.slice(1);
}
