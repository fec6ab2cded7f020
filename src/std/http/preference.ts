/**
 * What the client of a request likes best: weighted ranges in order, and set
 * against what a server offers. Knows neither fields nor their syntax.
 * RFC 9110, section 12.4.
 */

/** One member of an Accept, Accept-Encoding or Accept-Language field. */
export interface Range {
  /** The range as the client wrote it, without parameters. */
  readonly name: string;
  /** From 0, refused, to 1; a weight past 1 is taken as it is. */
  readonly weight: number;
  /** Breaks ties: the lower, the better. */
  readonly place: number;
}

/**
 * How closely an offer falls under a range: 0 under a wildcard, more where
 * more of it agrees, `undefined` where it does not.
 */
export type Specificity<TRange> = (
  offer: string,
  range: TRange,
) => number | undefined;

interface Match {
  readonly offer: string;
  readonly range: Range;
  readonly specificity: number;
}

/** Gives the names of the ranges that are not refused, best first. */
export function preferredRanges(ranges: readonly Range[]): string[] {
  return ranges.filter((range) => range.weight > 0)
    .toSorted((a, b) => b.weight - a.weight || a.place - b.place)
    .map((range) => range.name);
}

/**
 * Gives the offer that the client likes best.
 *
 * An offer has the weight of the most specific range that it falls under.
 * Among offers of one weight the more specific match wins, then the range's
 * place, then the order of the offers.
 *
 * @returns `undefined` where the client accepts nothing of what is on offer.
 */
export function preferredOffer<TRange extends Range>(
  ranges: readonly TRange[],
  offers: readonly string[],
  specificity: Specificity<TRange>,
): string | undefined {
  return offers
    .flatMap((offer) => closestMatch(offer, ranges, specificity))
    .filter((match) => match.range.weight > 0)
    .toSorted(byPreference)[0]?.offer;
}

/** One match, or none. Of equally close ranges the last counts. */
function closestMatch<TRange extends Range>(
  offer: string,
  ranges: readonly TRange[],
  specificityOf: Specificity<TRange>,
): Match[] {
  return ranges.flatMap((range): Match[] => {
    const specificity = specificityOf(offer, range);
    return specificity === undefined ? [] : [{ offer, range, specificity }];
  }).toSorted(byCloseness).slice(0, 1);
}

function byCloseness(a: Match, b: Match): number {
  return b.specificity - a.specificity ||
    b.range.weight - a.range.weight ||
    b.range.place - a.range.place;
}

function byPreference(a: Match, b: Match): number {
  return b.range.weight - a.range.weight ||
    b.specificity - a.specificity ||
    a.range.place - b.range.place;
}

/**
 * Gives the weight that parameters set, 1 where they set none, and 0 where what
 * they set is no number.
 *
 * @param parameters What follows a range's first semicolon.
 */
export function weightIn(parameters: string): number {
  const value = /(?:^|;)\s*q=([^;=]*[^;=\s])/.exec(parameters)?.[1];
  return value === undefined ? 1 : parseWeight(value);
}

/** Gives the number that a text starts with, and 0 where it starts with none. */
export function parseWeight(value: string): number {
  return Number.parseFloat(value) || 0;
}
