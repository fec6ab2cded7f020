/**
 * How a failed assertion words itself: values as text, their difference, and
 * the caller's own words at the end. No package export.
 */

/**
 * Gives a value as text, whole and with its keys in order, so that equal
 * values have equal texts.
 */
export function valueText(value: unknown): string {
  return Deno.inspect(value, {
    compact: false,
    depth: Infinity,
    getters: true,
    iterableLimit: Infinity,
    sorted: true,
    strAbbreviateSize: Infinity,
    trailingComma: true,
  });
}

/** Gives the end of a sentence: the caller's own message, or a full stop. */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

/**
 * Gives the lines of two values: those of both indented, those of the actual
 * value alone with `-`, those of the expected one alone with `+`.
 */
export function difference(actual: unknown, expected: unknown): string {
  const lines = markedLines(linesOf(actual), linesOf(expected));
  return ["", "    [Diff] Actual / Expected", "", ...lines, ""].join("\n");
}

/** Past this many pairs of lines the middle is shown as a whole: first all of one side, then of the other. */
const MAX_PAIRS = 1_000_000;

function markedLines(actual: string[], expected: string[]): string[] {
  let head = 0;
  while (head < actual.length && actual[head] === expected[head]) head++;
  let tail = 0;
  const most = Math.min(actual.length, expected.length) - head;
  while (tail < most && actual.at(-1 - tail) === expected.at(-1 - tail)) tail++;
  const same = (lines: string[]) => lines.map((line) => `    ${line}`);
  return [
    ...same(actual.slice(0, head)),
    ...markedMiddle(
      actual.slice(head, actual.length - tail),
      expected.slice(head, expected.length - tail),
    ),
    ...same(actual.slice(actual.length - tail)),
  ];
}

/** The lines between by their longest common subsequence. */
function markedMiddle(actual: string[], expected: string[]): string[] {
  const removed = (line: string) => `-   ${line}`;
  const added = (line: string) => `+   ${line}`;
  if (actual.length * expected.length > MAX_PAIRS) {
    return [...actual.map(removed), ...expected.map(added)];
  }
  const lengths = commonLengths(actual, expected);
  const marked: string[] = [];
  let i = 0;
  let j = 0;
  while (i < actual.length && j < expected.length) {
    if (actual[i] === expected[j]) {
      marked.push(`    ${actual[i]}`);
      i++;
      j++;
    } else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) {
      marked.push(removed(actual[i++]!));
    } else marked.push(added(expected[j++]!));
  }
  return [
    ...marked,
    ...actual.slice(i).map(removed),
    ...expected.slice(j).map(added),
  ];
}

/** For each pair of positions, how many lines the rests from there have in common, in order. */
function commonLengths(actual: string[], expected: string[]): number[][] {
  const lengths = Array.from(
    { length: actual.length + 1 },
    () => new Array<number>(expected.length + 1).fill(0),
  );
  for (let i = actual.length - 1; i >= 0; i--) {
    for (let j = expected.length - 1; j >= 0; j--) {
      lengths[i]![j] = actual[i] === expected[j]
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}

/** Texts are compared by their own lines, other values by their printed form. */
function linesOf(value: unknown): string[] {
  const text = typeof value === "string" && value.includes("\n")
    ? value
    : valueText(value);
  return text.split("\n");
}
