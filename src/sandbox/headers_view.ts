/**
 * Header fields as rules read them. Made from names and values by turns; an index by
 * name is made when it is first asked for.
 */

import type { HeadersView } from "../policy/rule.ts";

/** Fields that can't be changed. */
export class WireHeaders implements HeadersView {
  readonly #fields: readonly string[];
  #byName: Map<string, string> | undefined;

  /** @param fields Names and values by turns. */
  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  get(name: string): string | null {
    return this.#index().get(String(name).toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#index().has(String(name).toLowerCase());
  }

  getSetCookie(): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.#fields.length; i += 2) {
      if (this.#fields[i]!.toLowerCase() === "set-cookie") {
        values.push(this.#fields[i + 1]!);
      }
    }
    return values;
  }

  entries(): IterableIterator<[string, string]> {
    return this.#sorted()[Symbol.iterator]();
  }

  keys(): IterableIterator<string> {
    return this.#sorted().map(([name]) => name)[Symbol.iterator]();
  }

  values(): IterableIterator<string> {
    return this.#sorted().map(([, value]) => value)[Symbol.iterator]();
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.#sorted()) visit(value, name);
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** By name, as `Headers` has them; Set-Cookie is not joined. */
  #sorted(): [string, string][] {
    const joined = [...this.#index()].filter(([name]) => name !== "set-cookie");
    const cookies = this.getSetCookie()
      .map((value): [string, string] => ["set-cookie", value]);
    return [...joined, ...cookies].sort(([a], [b]) => a < b ? -1 : +(a > b));
  }

  #index(): Map<string, string> {
    return this.#byName ??= indexByName(this.#fields);
  }
}

function indexByName(fields: readonly string[]): Map<string, string> {
  const byName = new Map<string, string>();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    const before = byName.get(name);
    const value = fields[i + 1]!;
    byName.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return byName;
}
