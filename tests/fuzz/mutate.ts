/**
 * Texts that are nearly what a parser takes: a seed, changed a few times in the ways that
 * find bugs. Knows neither the grammar nor the parser; tokens bring the grammar along.
 */

import type { Random } from "./random.ts";

/** What texts are made of. */
export interface Material {
  /** Texts that the parser takes, or nearly. */
  readonly seeds: readonly string[];
  /** What its grammar is made of, and what breaks it. */
  readonly tokens: readonly string[];
  /** The longest text, in characters. Default: {@link MAX_LENGTH}. */
  readonly maxLength?: number;
}

/** The longest text, in characters: long enough for squared time to show. */
export const MAX_LENGTH = 32 * 1024;
const MAX_CHANGES = 4;
/** One text in so many has something in it a thousand times over. */
const ONE_BLOWN_UP_IN = 60;

type Change = (text: string, random: Random, material: Material) => string;

const CHANGES: readonly Change[] = [
  insertToken,
  insertToken,
  replaceByToken,
  deleteSpan,
  repeatSpan,
  moveSpan,
  changeCharacter,
  changeCase,
  spliceSeed,
  truncate,
];

/** A text made of the material. */
export function mutate(random: Random, material: Material): string {
  const { seeds, maxLength = MAX_LENGTH } = material;
  let text = random.pick(seeds);
  for (let left = random.below(MAX_CHANGES + 1); left > 0; left--) {
    text = random.pick(CHANGES)(text, random, material);
  }
  if (random.isOneIn(ONE_BLOWN_UP_IN)) text = blowUp(text, random, material);
  return text.slice(0, maxLength);
}

function insertToken(text: string, random: Random, { tokens }: Material) {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(tokens) + text.slice(at);
}

function replaceByToken(text: string, random: Random, { tokens }: Material) {
  const [start, end] = spanOf(text, random);
  return text.slice(0, start) + random.pick(tokens) + text.slice(end);
}

function deleteSpan(text: string, random: Random): string {
  const [start, end] = spanOf(text, random);
  return text.slice(0, start) + text.slice(end);
}

function repeatSpan(text: string, random: Random): string {
  const [start, end] = spanOf(text, random);
  const times = 1 + random.below(4);
  return text.slice(0, end) + text.slice(start, end).repeat(times) +
    text.slice(end);
}

function moveSpan(text: string, random: Random): string {
  const [start, end] = spanOf(text, random);
  const rest = text.slice(0, start) + text.slice(end);
  const at = random.below(rest.length + 1);
  return rest.slice(0, at) + text.slice(start, end) + rest.slice(at);
}

function changeCharacter(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const character = String.fromCharCode(random.below(256));
  return text.slice(0, at) + character + text.slice(at + 1);
}

function changeCase(text: string, random: Random): string {
  const [start, end] = spanOf(text, random);
  const span = text.slice(start, end);
  // Only ASCII: a text of bytes stays one.
  const other = span.replace(
    /[a-z]+|[A-Z]+/g,
    (run) => run < "a" ? run.toLowerCase() : run.toUpperCase(),
  );
  return text.slice(0, start) + other + text.slice(end);
}

function spliceSeed(text: string, random: Random, { seeds }: Material) {
  const other = random.pick(seeds);
  return text.slice(0, random.below(text.length + 1)) +
    other.slice(random.below(other.length + 1));
}

function truncate(text: string, random: Random): string {
  return text.slice(0, random.below(text.length + 1));
}

/** A token or a span so often that a step which looks at all that came before takes seconds. */
function blowUp(
  text: string,
  random: Random,
  { tokens, maxLength = MAX_LENGTH }: Material,
): string {
  const span = text.slice(...spanOf(text, random));
  const unit = (random.isOneIn(3) ? span : random.pick(tokens)) || "a";
  const at = random.below(text.length + 1);
  const room = Math.max(1, maxLength - text.length);
  return text.slice(0, at) + unit.repeat(Math.ceil(room / unit.length))
    .slice(0, room) +
    text.slice(at);
}

function spanOf(text: string, random: Random): [start: number, end: number] {
  const start = random.below(text.length + 1);
  const length = random.below(Math.min(16, text.length - start) + 1);
  return [start, start + length];
}
