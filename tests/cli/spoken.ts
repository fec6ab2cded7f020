/**
 * What a command writes to the console while a test runs it in its own process.
 */

/** A command's exit code and output, a line each. */
export interface Spoken {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command, keeping what it writes. */
export async function spoken(command: () => Promise<number>): Promise<Spoken> {
  const { log, error } = console;
  const [stdout, stderr]: [string[], string[]] = [[], []];
  console.log = (...values) => stdout.push(values.join(" "));
  console.error = (...values) => stderr.push(values.join(" "));
  try {
    const code = await command();
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}
