/**
 * The entries of one list, each with its effect and line, for being looked up by a request.
 * Hosts, ranges and file types are found by hash, however many there are; only globs without
 * a domain at their end, and paths, are judged one by one, and so may be few. What follows
 * from what is found is for lists.ts.
 */

import type { IpAddress } from "../ip_range.ts";
import { addressBytes, prefixKey, prefixText } from "./address_prefix.ts";
import { conditionFits, type ListSubject } from "./condition.ts";
import {
  ConditionalEntries,
  type ConditionalEntry,
} from "./conditional_entries.ts";
import type { Addition, Effect, Witness } from "./effect.ts";
import {
  beginHash,
  endHash,
  EntryTable,
  growHash,
  hashOf,
} from "./entry_table.ts";
import { type ListEntry, nameText, SCOPE, type Scope } from "./list_entry.ts";

const KIND = { name: 0, range: 1, fileType: 2 } as const;
type Kind = typeof KIND[keyof typeof KIND];

// Marks of a record: the effect in two bits, the scope in two, and one for a condition, where
// the record's number leads to.
const EFFECT_BITS = 3;
const SCOPE_SHIFT = 2;
const IS_CONDITIONAL = 16;
const KIND_SHIFT = 5;

const DOT = 46;
const SLASH = 47;

/** Entries by what they fit. */
export class ListIndex {
  readonly #table = new EntryTable();
  readonly #conditionals = new ConditionalEntries();
  /** How many bits the ranges have, in rising order. */
  readonly #widthsV4: number[] = [];
  readonly #widthsV6: number[] = [];
  readonly #counts = [0, 0, 0, 0];
  readonly #kinds = [0, 0, 0];

  /** How many entries there are. */
  get size(): number {
    return this.#table.size + this.#conditionals.patterns;
  }

  /** How many bytes the entries take, without their conditions. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /** Whether there are addresses to be looked up. */
  get hasRanges(): boolean {
    return this.#kinds[KIND.range]! > 0;
  }

  /** Whether an entry has that effect. */
  has(effect: Effect): boolean {
    return this.#counts[effect]! > 0;
  }

  /** Adds an entry. @param line A whole number below 2^32, for {@linkcode lineOf}. */
  add(entry: ListEntry, effect: Effect, line: number): Addition {
    switch (entry.kind) {
      case "name":
        return entry.condition === undefined
          ? this.addName(entry.name, entry.scope, effect, line)
          : this.#addConditional(entry.name, entry.scope, {
            text: entry.text,
            condition: entry.condition,
            effect,
            line,
          });
      case "range":
        return this.#addRange(entry, effect, line);
      case "fileType":
        return this.#insert(KIND.fileType, entry.type, effect, line);
      case "pattern":
        return this.#addPattern({ ...entry, effect, line });
    }
  }

  /** Adds a host in canonical form, of at most 253 characters. */
  addName(
    name: string,
    scope: Scope,
    effect: Effect,
    line: number,
  ): Addition {
    const marks = effect | scope << SCOPE_SHIFT;
    return this.#insert(KIND.name, name, marks, line);
  }

  /**
   * Tells the witness of each entry that fits: among those of one effect, the most particular
   * of each form last.
   *
   * @param address The destination's, when it is known.
   */
  visit(
    subject: ListSubject,
    address: IpAddress | undefined,
    witness: Witness,
  ): void {
    if (this.#conditionals.patterns > 0) {
      this.#conditionals.visitPatterns(subject, witness);
    }
    if (this.#kinds[KIND.fileType]! > 0) {
      this.#visitFileType(subject, witness);
    }
    if (address !== undefined && this.hasRanges) {
      this.#visitRanges(address, subject, witness);
    }
    if (this.#kinds[KIND.name]! > 0) this.#visitNames(subject, witness);
  }

  /** How an entry is written. */
  textOf(entry: number): string {
    const conditional = this.#conditionalOf(entry);
    if (conditional !== undefined) return conditional.text;
    const marks = this.#table.marksOf(entry);
    const key = this.#table.keyOf(entry);
    switch (marks >>> KIND_SHIFT) {
      case KIND.range:
        return prefixText(key);
      case KIND.fileType:
        return `/*.${key}`;
      default:
        return nameText(key, marks >>> SCOPE_SHIFT & SCOPE.both);
    }
  }

  /** The line that it was added with. */
  lineOf(entry: number): number {
    return this.#conditionalOf(entry)?.line ?? this.#table.valueOf(entry);
  }

  #conditionalOf(entry: number): ConditionalEntry | undefined {
    if (entry < 0) return this.#conditionals.at(-1 - entry);
    if ((this.#table.marksOf(entry) & IS_CONDITIONAL) === 0) return undefined;
    return this.#conditionals.at(this.#table.valueOf(entry));
  }

  /** Adds a record, unless there is one of the same key and marks. */
  #insert(
    kind: Kind,
    key: string,
    marksOfKind: number,
    line: number,
  ): Addition {
    const marks = marksOfKind | kind << KIND_SHIFT;
    const hash = hashOf(kind, key);
    let slot = this.#table.seek(key, 0, hash);
    while (slot >= 0) {
      const address = this.#table.addressAt(hash, slot);
      if (this.#table.marksOf(address) === marks) return "duplicate";
      slot = this.#table.seek(key, 0, hash, slot + 1);
    }
    return this.#record(kind, hash, key, marks, line);
  }

  #record(
    kind: Kind,
    hash: number,
    key: string,
    marks: number,
    value: number,
  ): Addition {
    if (!this.#table.insert(hash, key, marks, value)) return "full";
    this.#kinds[kind]!++;
    this.#counts[marks & EFFECT_BITS]!++;
    return "added";
  }

  #addConditional(
    name: string,
    scope: Scope,
    entry: ConditionalEntry,
  ): Addition {
    const addition = this.#conditionals.add(name, entry);
    if (addition !== "added") return addition;
    const marks = entry.effect | scope << SCOPE_SHIFT | IS_CONDITIONAL;
    const number = this.#conditionals.size - 1;
    return this.#record(
      KIND.name,
      hashOf(KIND.name, name),
      name,
      marks,
      number,
    );
  }

  #addPattern(entry: ConditionalEntry): Addition {
    const addition = this.#conditionals.addPattern(entry);
    if (addition === "added") this.#counts[entry.effect]!++;
    return addition;
  }

  #addRange(
    { range: { address, bits } }: ListEntry & { kind: "range" },
    effect: Effect,
    line: number,
  ): Addition {
    const key = prefixKey(address, bits);
    const addition = this.#insert(KIND.range, key, effect, line);
    const widths = this.#widthsOf(address);
    if (addition === "added" && !widths.includes(bits)) {
      widths.push(bits);
      widths.sort((a, b) => a - b);
    }
    return addition;
  }

  #widthsOf(address: readonly number[]): number[] {
    return address.length === 4 ? this.#widthsV4 : this.#widthsV6;
  }

  #visitFileType(subject: ListSubject, witness: Witness): void {
    if (subject.phase === "connect") return;
    const path = subject.pathKey;
    let hash = beginHash(KIND.fileType);
    for (let at = path.length - 1; at >= 0; at--) {
      const code = path.charCodeAt(at);
      if (code === DOT) {
        this.#see(KIND.fileType, path, at + 1, endHash(hash), subject, witness);
      }
      if (code === DOT || code === SLASH) return;
      hash = growHash(hash, code);
    }
  }

  #visitRanges(ip: IpAddress, subject: ListSubject, witness: Witness): void {
    const address = addressBytes(ip);
    for (const bits of this.#widthsOf(address)) {
      const key = prefixKey(address, bits);
      const hash = hashOf(KIND.range, key);
      this.#see(KIND.range, key, 0, hash, subject, witness);
    }
  }

  #visitNames(subject: ListSubject, witness: Witness): void {
    const { host } = subject;
    let hash = beginHash(KIND.name);
    for (let at = host.length - 1; at >= 0; at--) {
      const code = host.charCodeAt(at);
      if (code === DOT) {
        this.#see(KIND.name, host, at + 1, endHash(hash), subject, witness);
      }
      hash = growHash(hash, code);
    }
    this.#see(KIND.name, host, 0, endHash(hash), subject, witness);
  }

  /** Tells of the records whose key is the text from `start` on. */
  #see(
    kind: Kind,
    text: string,
    start: number,
    hash: number,
    subject: ListSubject,
    witness: Witness,
  ): void {
    const table = this.#table;
    let slot = table.seek(text, start, hash);
    while (slot >= 0) {
      const address = table.addressAt(hash, slot);
      const marks = table.marksOf(address);
      if (
        marks >>> KIND_SHIFT === kind &&
        (kind !== KIND.name || isInScope(marks, start)) &&
        ((marks & IS_CONDITIONAL) === 0 || this.#isSo(address, subject))
      ) {
        // The two bits hold one of the four effects.
        witness.see((marks & EFFECT_BITS) as Effect, address);
      }
      slot = table.seek(text, start, hash, slot + 1);
    }
  }

  #isSo(address: number, subject: ListSubject): boolean {
    const { condition } = this.#conditionals.at(this.#table.valueOf(address));
    return conditionFits(condition, subject);
  }
}

/** The whole of a host is the host; what begins later is a domain that it is below. */
function isInScope(marks: number, start: number): boolean {
  const scope = start === 0 ? SCOPE.host : SCOPE.below;
  return (marks >>> SCOPE_SHIFT & scope) !== 0;
}
