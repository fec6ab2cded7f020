/**
 * Which known name a mistyped one most likely meant. Works on names alone:
 * it does not know whether they are flags, file keys or commands.
 */

/**
 * Returns the known name closest to `name`, or `undefined` when none is close.
 *
 * Close is at most two edits (or a third of a longer name), where swapping two
 * neighbours is one edit; otherwise a name that `name` begins. Case, `_` for
 * `-`, and camelCase do not count as differences.
 */
export function nearestName(
  name: string,
  known: readonly string[],
): string | undefined {
  const wanted = toKebabCase(name);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  let nearest: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest ?? begunBy(wanted, known);
}

function begunBy(
  start: string,
  known: readonly string[],
): string | undefined {
  if (start.length < 3) return undefined;
  return known.find((candidate) => candidate.startsWith(start));
}

function toKebabCase(name: string): string {
  return name.slice(0, 64)
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`)
    .replaceAll("_", "-")
    .toLowerCase();
}

/** Optimal string alignment: insert, delete, replace, swap neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + differs,
      );
      if (isSwap(a, b, row, column)) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

function isSwap(a: string, b: string, row: number, column: number): boolean {
  return row > 1 && column > 1 &&
    a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
}

function at(costs: readonly number[], index: number): number {
  return costs[index] ?? Infinity;
}
