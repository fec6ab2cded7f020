/**
 * The users of a password file in the format of `htpasswd` (Apache, httpd 2.4): a line
 * `USER:HASH` each. A file with a bad line is refused as a whole, so that nobody is shut out
 * or let in by a slip that went unnoticed. It gets the text: reading the file is for others.
 */

import { quoted } from "../http1/fields.ts";
import { passwordHashProblem } from "./password_hash.ts";

/** How many users a file may have. */
const MAX_USERS = 100_000;
/** How many problems an error tells in words. */
const MAX_TOLD = 10;

/** A line that can't be used. */
export interface PasswordFileProblem {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to do. Never part of a hash. */
  readonly message: string;
}

/** A password file that can't be used. */
export class PasswordFileError extends Error {
  override readonly name = "PasswordFileError";

  constructor(readonly problems: readonly PasswordFileProblem[]) {
    const told = problems.slice(0, MAX_TOLD)
      .map(({ line, message }) => `line ${line}: ${message}`);
    const rest = problems.length - told.length;
    if (rest > 0) told.push(`and ${rest} more`);
    super(`Cannot use the password file: ${told.join("; ")}`);
  }
}

/** Users and the hashes of their passwords. */
export class PasswordFile {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #all: readonly string[];

  /**
   * Reads the text of a password file. Blank lines and those that begin with `#` don't count,
   * nor does what stands behind a second colon.
   *
   * @throws {PasswordFileError} with every line that can't be used, or for a file without users.
   *
   * @example
   * ```ts
   * import { PasswordFile } from "./password_file.ts";
   * const file = new PasswordFile("# staff\nann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
   * file.size; // 1
   * ```
   */
  constructor(text: string) {
    this.#hashes = readUsers(text);
    this.#all = [...this.#hashes.values()];
  }

  /** How many users there are: at least 1. */
  get size(): number {
    return this.#all.length;
  }

  /** The hash of a user's password; undefined for no user of this file. */
  hashOf(user: string): string | undefined {
    return this.#hashes.get(user);
  }

  /**
   * Some user's hash, always the same for a number: to be computed for who is no user, so that
   * nobody learns from the time it takes who is one.
   */
  decoy(number: number): string {
    return this.#all[number % this.#all.length]!;
  }
}

function readUsers(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  const firstLines = new Map<string, number>();
  const problems: PasswordFileProblem[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [index, rawLine] of lines.entries()) {
    const line = rawLine.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [user = "", hash] = line.split(":", 2);
    const message = lineProblem(user, hash, firstLines.get(user));
    if (message !== undefined) problems.push({ line: index + 1, message });
    else if (hash !== undefined) hashes.set(user, hash);
    if (!firstLines.has(user)) firstLines.set(user, index + 1);
  }
  if (problems.length === 0) checkSize(hashes.size, problems);
  if (problems.length > 0) throw new PasswordFileError(problems);
  return hashes;
}

function lineProblem(
  user: string,
  hash: string | undefined,
  firstLine: number | undefined,
): string | undefined {
  if (hash === undefined) return "there is no colon, wants USER:HASH";
  if (user === "") return "there is no user before the colon";
  if (user !== user.trim()) return "there is a space before the colon";
  const name = quoted(user);
  if (firstLine !== undefined) {
    return `the user ${name} is on line ${firstLine} already: delete one of them`;
  }
  const problem = passwordHashProblem(hash);
  if (problem === undefined) return undefined;
  return `the password of ${name} ${problem}: set it anew by htpasswd -B FILE ${name}`;
}

function checkSize(size: number, problems: PasswordFileProblem[]): void {
  if (size === 0) {
    problems.push({
      line: 1,
      message: "there is no user: add one by htpasswd -B FILE USER",
    });
  } else if (size > MAX_USERS) {
    const message = `there are more than ${MAX_USERS} users`;
    problems.push({ line: MAX_USERS, message });
  }
}
