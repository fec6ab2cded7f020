/**
 * The proxy's own authority on disk: made at first need, read ever after, replaced when
 * its owner says so. A crash at any point leaves a whole authority or none, and of two
 * processes at once one makes it and the other reads it.
 */

import { join } from "@std/path";
import type { Authority } from "./authority.ts";
import { AuthorityError } from "./authority_error.ts";
import { type AuthorityFiles, loadAuthority } from "./authority_files.ts";
import { constraintsOf, nameConstraints } from "./name_constraints.ts";
import { newAuthority } from "./new_authority.ts";

const FOLDER_MODE = 0o700;
const KEY_MODE = 0o600;
const CERT_MODE = 0o644;

/** Options of {@link AuthorityFolder}. */
export interface AuthorityFolderOptions {
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
  /**
   * The names that an authority may sign for (host names with all below them, addresses,
   * ranges). Default: a new one may sign for all, and one that is there stays as it is.
   */
  readonly permittedNames?: readonly string[] | undefined;
}

/** What {@link AuthorityFolder.rotate} did. */
export interface Rotation {
  readonly authority: Authority;
  /** Where the files of the old authority are now; none where there was none. */
  readonly keptPaths: readonly string[];
}

/**
 * `ca.pem`, `ca-key.pem` and a lock in a folder. The key is the last to be written and the
 * first to go, so an authority is there when its key is.
 *
 * @example
 * ```ts
 * const folder = new AuthorityFolder("data/ca");
 * const authority = await folder.open();
 * ```
 */
export class AuthorityFolder {
  readonly files: AuthorityFiles;
  readonly #path: string;
  readonly #now: () => number;
  readonly #permittedNames: readonly string[] | undefined;

  constructor(
    path: string,
    { now = Date.now, permittedNames }: AuthorityFolderOptions = {},
  ) {
    this.#path = path;
    this.#now = now;
    this.#permittedNames = permittedNames;
    this.files = {
      certPath: join(path, "ca.pem"),
      keyPath: join(path, "ca-key.pem"),
      advice:
        "Restore the files, or make a new authority with `sluice ca rotate`.",
    };
  }

  /**
   * The authority; a new one where there is none.
   *
   * @throws {AuthorityError} when the one that is there can't be used, has expired, or is
   * bound to other names than asked for; and when the folder can't be read or written.
   */
  async open(): Promise<Authority> {
    return await this.#locked(async () => {
      if (!await exists(this.files.keyPath)) await this.#make();
      return await this.#load();
    });
  }

  /**
   * The authority that is there; undefined where there is none, and then nothing is made.
   *
   * @throws {AuthorityError} as {@link open} does.
   */
  async peek(): Promise<Authority | undefined> {
    if (!await this.#try(() => exists(this.files.keyPath))) return undefined;
    return await this.#locked(() => this.#load());
  }

  /**
   * Puts a new authority in the place of the one that is there, whatever its state; the
   * old files stay beside it, with the time in their names.
   *
   * @throws {AuthorityError} when the folder can't be read or written.
   */
  async rotate(): Promise<Rotation> {
    return await this.#locked(async () => {
      const keptPaths = await this.#setAside();
      await this.#make();
      return { authority: await this.#load(), keptPaths };
    });
  }

  async #load(): Promise<Authority> {
    const authority = await loadAuthority(this.files, this.#now());
    const permitted = this.#permittedNames;
    if (permitted === undefined) return authority;
    const asked = constraintsOf([nameConstraints(permitted)]);
    if (constraintsOf(authority.certificate.extensions) === asked) {
      return authority;
    }
    throw new AuthorityError(
      `Cannot use the certificate authority in "${this.files.certPath}": ` +
        `it is not bound to ${permitted.join(", ")}, as asked. ` +
        "Make a new one with `sluice ca rotate`.",
    );
  }

  async #make(): Promise<void> {
    const { certPem, keyPem } = await newAuthority({
      nowMs: this.#now(),
      permittedNames: this.#permittedNames,
    });
    await replaceFile(this.files.certPath, certPem, CERT_MODE);
    await replaceFile(this.files.keyPath, keyPem, KEY_MODE);
  }

  /** Returns the paths of the files that were there, as they are called now. */
  async #setAside(): Promise<string[]> {
    const stamp = new Date(this.#now()).toISOString().replaceAll(":", "");
    const { certPath, keyPath } = this.files;
    const kept: string[] = [];
    // A copy: until the key is gone, the two belong together.
    for (
      const [path, move] of [
        [certPath, Deno.copyFile],
        [keyPath, Deno.rename],
      ] as const
    ) {
      if (!await exists(path)) continue;
      const keptPath = path.replace(/\.pem$/, `-${stamp}.pem`);
      await move(path, keptPath);
      kept.push(keptPath);
    }
    return kept;
  }

  /** Holds the folder's lock, which the system lets go of when the process ends. */
  async #locked<T>(use: () => Promise<T>): Promise<T> {
    return await this.#try(async () => {
      await Deno.mkdir(this.#path, { recursive: true, mode: FOLDER_MODE });
      using lock = await Deno.open(join(this.#path, "lock"), {
        read: true,
        write: true,
        create: true,
        mode: KEY_MODE,
      });
      await lock.lock(true);
      return await use();
    });
  }

  async #try<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      if (!isOfTheSystem(error)) throw error;
      throw new AuthorityError(
        `Cannot use the folder "${this.#path}" for the certificate authority: ` +
          `${error.message}. Choose another data folder with --data.`,
        { cause: error },
      );
    }
  }
}

function isOfTheSystem(error: unknown): error is Error {
  return error instanceof Error && "code" in error;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Writes the file whole or not at all. What is written lies on the disk before it has its name. */
async function replaceFile(
  path: string,
  text: string,
  mode: number,
): Promise<void> {
  const newPath = `${path}.new`;
  await Deno.remove(newPath).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  {
    using file = await Deno.open(newPath, {
      write: true,
      createNew: true,
      mode,
    });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await file.write(bytes.subarray(at));
    }
    await file.sync();
  }
  await Deno.rename(newPath, path);
}
