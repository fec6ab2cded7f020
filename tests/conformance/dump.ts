/**
 * Messages as text for whoever debugs a test: each side prints what it sent and
 * what it received, as it stood on the wire.
 */

/** Takes a message: who did what, and its lines. */
export type Dump = (title: string, lines: readonly string[]) => void;

/** Prints it, indented under its title. */
export function printDump(title: string, lines: readonly string[]): void {
  console.log(`${title}\n${lines.map((line) => `    ${line}`).join("\n")}\n`);
}

/**
 * The lines of a message.
 *
 * @param raw Names and values in turn.
 */
export function messageLines(
  startLine: string,
  raw: readonly string[],
  body = "",
): string[] {
  const fields = raw.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${raw[at + 1] ?? ""}`] : []
  );
  return [startLine, ...fields, ...(body === "" ? [] : ["", body])];
}
