/** Of many URLs the few that begin most like a given one, for who has mistyped it. */

const MOST = 5;

/** Collects URLs, and keeps the nearest five. */
export class NearestUrls {
  readonly #wanted: string;
  #nearest: { readonly url: string; readonly alike: number }[] = [];

  constructor(wanted: string) {
    this.#wanted = wanted;
  }

  add(url: string): void {
    const alike = commonStart(url, this.#wanted);
    const last = this.#nearest[MOST - 1];
    if (last !== undefined && last.alike >= alike) return;
    if (this.#nearest.some((other) => other.url === url)) return;
    this.#nearest = [...this.#nearest, { url, alike }]
      .sort((a, b) => b.alike - a.alike)
      .slice(0, MOST);
  }

  /** The most alike first. */
  sorted(): string[] {
    return this.#nearest.map(({ url }) => url);
  }
}

/** How many characters two texts begin with that are the same. */
function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
