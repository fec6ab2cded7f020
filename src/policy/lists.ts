/**
 * What the lists say to a request, before any rule is asked. The first line that holds decides:
 *
 *   | a fitting entry              | from                                              | verdict |
 *   | ---------------------------- | ------------------------------------------------- | ------- |
 *   | that allows                  | `--allow`, admin page                             | allow   |
 *   | that blocks                  | `--block`, admin page; `$important` in a file     | block   |
 *   | none, and `--allow` is given |                                                   | block   |
 *   | that is an exception         | `@@…` in a file                                   | allow   |
 *   | that blocks                  | a file                                            | block   |
 *   | none                         |                                                   | none    |
 *
 * So an allow beats a block, and what somebody publishes never opens what the operator closed.
 * How particular an entry is does not count: of several in a list that decide alike, the most
 * particular one is named. A destination's address is known where the host is one, and later,
 * when a name has been resolved. It reads no files: list_builder.ts makes lists of text.
 */

import { type IpAddress, parseIp } from "./ip_range.ts";
import type { ListSubject } from "./lists/condition.ts";
import { EFFECT, type Effect, type Witness } from "./lists/effect.ts";
import type { List, ListSource } from "./lists/list.ts";

/** How many lists there may be. */
export const MAX_LISTS = 64;
/** How many entries an explanation names. */
const MAX_MATCHES = 100;

/** What the lists say. */
export interface Verdict {
  readonly verdict: "allow" | "block" | "none";
  /** What decided; undefined where no entry fits. */
  readonly entry?: string;
  /** The name of its list. */
  readonly source?: string;
  /** Its line, from 1, in a file. */
  readonly line?: number;
  /** In words, such as `blocked by .ads.example (easylist.txt line 12)`. */
  readonly reason: string;
}

/** An entry that fits. */
export interface ListMatch extends Verdict {
  readonly verdict: "allow" | "block";
  /** What the operator noted about it. */
  readonly note: string | undefined;
  /** Whether it is the one that decides. */
  readonly isDecisive: boolean;
}

/** A verdict with all that led to it. */
export interface Explanation {
  readonly verdict: Verdict;
  /** The entries that fit, those that count most first; at most a hundred. */
  readonly matches: readonly ListMatch[];
}

const NONE: Verdict = Object.freeze({
  verdict: "none",
  reason: "no list has an entry that fits",
});

/** Has no entry: a caller can tell it from other blocks by that. */
const NOT_ALLOWED: Verdict = Object.freeze({
  verdict: "block",
  reason: "blocked because nothing that is allowed fits",
});

const NO_EFFECT = 4;

/** Keeps what decides among what it sees: the strongest, of equals the last. */
class Strongest implements Witness {
  effect = NO_EFFECT;
  entry = 0;
  list: List | undefined;
  at: List | undefined;

  see(effect: Effect, entry: number): void {
    if (effect > this.effect) return;
    this.effect = effect;
    this.entry = entry;
    this.list = this.at;
  }
}

/**
 * The lists in force. Lists that operators change are seen as they are at each request.
 *
 * @example
 * ```ts
 * import { Lists } from "./lists.ts";
 * import { OwnList } from "./lists/own_list.ts";
 * const own = new OwnList({ name: "--block", kind: "option" });
 * own.add({ entry: ".ads.example", action: "block" });
 * const subject = { phase: "connect", scheme: "https", host: "x.ads.example", port: 443, pathKey: "" } as const;
 * new Lists([own]).judge(subject).reason; // "blocked by .ads.example (--block)"
 * ```
 */
export class Lists {
  readonly #lists: readonly List[];
  readonly #strongest = new Strongest();

  /** @throws {RangeError} for more than 64 lists. */
  constructor(lists: readonly List[] = []) {
    if (lists.length > MAX_LISTS) {
      throw new RangeError(
        `Cannot use ${lists.length} lists: wants at most ${MAX_LISTS}`,
      );
    }
    this.#lists = [...lists];
  }

  /** All of them, in the order in which they are looked at. */
  get all(): readonly List[] {
    return this.#lists;
  }

  /** Whether nothing is listed: then there is nothing to judge, and no subject to be made. */
  get isEmpty(): boolean {
    for (const { index } of this.#lists) if (index.size > 0) return false;
    return true;
  }

  /** Whether a destination's address can matter: then judge again when it has been resolved. */
  get hasRanges(): boolean {
    for (const { index } of this.#lists) if (index.hasRanges) return true;
    return false;
  }

  /** The same, with that list in the place of the one of its source, or at the end. */
  with(list: List): Lists {
    const at = this.#lists.findIndex(({ source }) =>
      isSame(source, list.source)
    );
    return new Lists(
      at < 0 ? [...this.#lists, list] : this.#lists.with(at, list),
    );
  }

  /** The same, without the list of that source. */
  without(source: ListSource): Lists {
    return new Lists(
      this.#lists.filter((list) => !isSame(list.source, source)),
    );
  }

  /**
   * Judges a request. Allocates nothing when no entry fits and no list has addresses.
   *
   * @param subject In canonical form.
   * @param address The destination's, once it is resolved; without it, a host that is an
   * address is judged as such.
   */
  judge(subject: ListSubject, address?: IpAddress): Verdict {
    if (this.isEmpty) return NONE;
    const strongest = this.#strongest;
    strongest.effect = NO_EFFECT;
    const destination = this.hasRanges
      ? address ?? addressOf(subject.host)
      : undefined;
    for (const list of this.#lists) {
      strongest.at = list;
      list.index.visit(subject, destination, strongest);
    }
    const { effect, list, entry } = strongest;
    if (effect > EFFECT.block && this.#blocksOthers()) return NOT_ALLOWED;
    if (effect === NO_EFFECT || list === undefined) return NONE;
    // Only the value that was ruled out is not an effect.
    return verdictOf(list, effect as Effect, entry);
  }

  /** Judges a request, and names every entry that fits; see {@linkcode Lists.judge}. */
  explain(subject: ListSubject, address?: IpAddress): Explanation {
    const destination = address ?? addressOf(subject.host);
    const seen: { list: List; effect: Effect; entry: number }[] = [];
    for (const list of this.#lists) {
      const see = (effect: Effect, entry: number) =>
        void seen.push({ list, effect, entry });
      list.index.visit(subject, destination, { see });
    }
    // The last of equals decides: it comes first.
    seen.reverse().sort((a, b) => a.effect - b.effect);
    const verdict = this.judge(subject, address);
    const matches = seen.slice(0, MAX_MATCHES).map(
      ({ list, effect, entry }, i) => ({
        ...verdictOf(list, effect, entry),
        note: list.noteOf?.(list.index.textOf(entry)),
        isDecisive: i === 0 && verdict.entry !== undefined,
      }),
    );
    return { verdict, matches };
  }

  #blocksOthers(): boolean {
    for (const { source, index } of this.#lists) {
      if (source.kind === "option" && index.has(EFFECT.allow)) return true;
    }
    return false;
  }
}

function isSame(a: ListSource, b: ListSource): boolean {
  return a.name === b.name && a.kind === b.kind;
}

/** What a host is as an address. */
function addressOf(host: string): IpAddress | undefined {
  return LIKE_AN_ADDRESS.test(host) ? parseIp(host) : undefined;
}

/** Most hosts are none, and finding that out takes the parser long. */
const LIKE_AN_ADDRESS = /^[\d.]+$|:/;

function verdictOf(
  { source, index }: List,
  effect: Effect,
  number: number,
): Verdict & { verdict: "allow" | "block" } {
  const isAllowed = effect === EFFECT.allow || effect === EFFECT.except;
  const entry = index.textOf(number);
  const verb = isAllowed ? "allowed" : "blocked";
  const what = effect === EFFECT.except ? `the exception ${entry}` : entry;
  const by = {
    verdict: isAllowed ? "allow" : "block",
    entry,
    source: source.name,
  } as const;
  if (source.kind !== "file") {
    return { ...by, reason: `${verb} by ${what} (${source.name})` };
  }
  const line = index.lineOf(number);
  return {
    ...by,
    line,
    reason: `${verb} by ${what} (${source.name} line ${line})`,
  };
}
