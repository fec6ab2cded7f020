/**
 * Rows of cells as text with columns that line up.
 */

const GAP = "  ";

/**
 * Lays out rows under a heading. A cell's line breaks become blanks; the last column is as
 * wide as it needs to be.
 */
export function textTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [heading, ...rows].map((row) => row.map(oneLine));
  const widths = heading.map((_, at) =>
    Math.max(...all.map((row) => (row[at] ?? "").length))
  );
  return all.map((row) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(GAP).trimEnd()
  ).join("\n");
}

/** Text without line breaks and what else a terminal would obey. */
export function oneLine(cell: string): string {
  return cell.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
