/**
 * A log file that is kept to a size: past it, `access.log` becomes
 * `access.log.1`, that `access.log.2`, and so on. It decides where a line goes,
 * never splits one over two files, and knows nothing of what a line says. A file
 * that can't be rotated is gone on with, past its size, and tried again. What is
 * no regular file (`/dev/stdout`, a FIFO) is written to and never rotated.
 */

import { dirname } from "@std/path";
import type { ByteTarget } from "./byte_queue.ts";

const LINE_FEED = 10;
/** What the system says of a disk that is full, or of which the user has no more. */
const FULL_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT"];
/** When a rotation that failed is tried again: twice as late each time, up to the longest. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/** Options of {@link RotatingFile}. */
export interface RotatingFileOptions {
  path: string;
  /** Past this size the file is rotated. One line may go beyond it. */
  maxBytes: number;
  /** How many old files are kept. 0: the file starts again from nothing. */
  keep: number;
  /** Told that it can't be rotated, once until it can. It must not throw. Default: nobody is. */
  onError?: (error: Error) => void;
  /** Milliseconds of a clock that only goes forward. Default: performance.now. */
  now?: () => number;
}

/**
 * Appends to a file of mode 0600, in a folder that it makes with mode 0700 if
 * there is none. A half line that an earlier process left is ended first.
 */
export class RotatingFile implements ByteTarget {
  readonly #options: RotatingFileOptions;
  readonly #now: () => number;
  #failedRotations = 0;
  #waitMs = 0;
  #notBeforeMs = -Infinity;
  #file: Deno.FsFile | undefined;
  #size = 0;
  #isAtLineStart = true;
  /** The file ends in a line of an earlier process that has no end. */
  #hasHalfLine = false;
  #isRegular = true;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** How many rotations have failed so far. */
  get failedRotations(): number {
    return this.#failedRotations;
  }

  /**
   * Opens the file now instead of with the first write. On a full disk it is left to that, as
   * later writes are tried again.
   *
   * @throws {Error} "Cannot open the log file …", the cause with it.
   */
  async open(): Promise<void> {
    try {
      await this.#opened();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /**
   * Writes whole lines, as many as the file has room for, and rotates where it
   * has room for none. Where it can't be rotated, it takes all.
   *
   * @returns How many bytes were written, perhaps not all.
   * @throws {Error} If the file can't be opened, or the system's own error, with
   * the file in its message, if it can't be written.
   */
  async write(bytes: Uint8Array): Promise<number> {
    let file = await this.#opened();
    if (this.#hasHalfLine) await this.#endHalfLine(file);
    let end = this.#endOfLinesThatFit(bytes);
    if (end === 0 && this.#now() >= this.#notBeforeMs) {
      await this.#rotate();
      file = await this.#opened();
      end = this.#endOfLinesThatFit(bytes);
    }
    const written = await this.#write(
      file,
      bytes.subarray(0, end || undefined),
    );
    this.#advance(bytes, written);
    return written;
  }

  /** Writes at once, without rotating, for a process about to end. */
  writeSync(bytes: Uint8Array): number {
    const { path } = this.#options;
    this.#file ??= Deno.openSync(path, {
      append: true,
      create: true,
      mode: 0o600,
    });
    try {
      if (this.#hasHalfLine) {
        this.#size += this.#file.writeSync(Uint8Array.of(LINE_FEED));
        this.#hasHalfLine = false;
      }
      const written = this.#file.writeSync(bytes);
      this.#advance(bytes, written);
      return written;
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** Closes the file. A later write opens it again. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  async #endHalfLine(file: Deno.FsFile): Promise<void> {
    this.#size += await this.#write(file, Uint8Array.of(LINE_FEED));
    this.#hasHalfLine = false;
  }

  async #write(file: Deno.FsFile, bytes: Uint8Array): Promise<number> {
    try {
      return await file.write(bytes);
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** The same error, for its class tells whether to try again. */
  #named(error: unknown): unknown {
    if (error instanceof Error) {
      const { path } = this.#options;
      error.message = `Cannot write the log file "${path}": ${error.message}`;
    }
    return error;
  }

  /** 0 asks for a rotation first. */
  #endOfLinesThatFit(bytes: Uint8Array): number {
    const room = this.#options.maxBytes - this.#size;
    if (!this.#isRegular || bytes.length <= room) return bytes.length;
    const firstLineEnd = bytes.indexOf(LINE_FEED) + 1 || bytes.length;
    if (firstLineEnd <= room) return bytes.lastIndexOf(LINE_FEED, room - 1) + 1;
    return this.#isAtLineStart && this.#size > 0 ? 0 : firstLineEnd;
  }

  #advance(bytes: Uint8Array, written: number): void {
    if (written === 0) return;
    this.#size += written;
    this.#isAtLineStart = bytes[written - 1] === LINE_FEED;
  }

  async #opened(): Promise<Deno.FsFile> {
    if (this.#file !== undefined) return this.#file;
    const { path } = this.#options;
    try {
      const file = await openForAppend(path);
      this.#file = file;
      await this.#continue(file);
      return file;
    } catch (cause) {
      this.close();
      throw new Error(`Cannot open the log file "${path}": ${text(cause)}`, {
        cause,
      });
    }
  }

  /** Takes up where the file ends. */
  async #continue(file: Deno.FsFile): Promise<void> {
    const { size, isFile } = await file.stat();
    this.#size = size;
    this.#isRegular = isFile;
    this.#isAtLineStart = true;
    this.#hasHalfLine = isFile && size > 0 &&
      await lastByte(this.#options.path, size) !== LINE_FEED;
  }

  async #rotate(): Promise<void> {
    this.close();
    try {
      await rotate(this.#options);
      this.#waitMs = 0;
    } catch (cause) {
      this.#failed(cause);
    }
  }

  #failed(cause: unknown): void {
    const { path, onError } = this.#options;
    const isNews = this.#waitMs === 0;
    this.#failedRotations++;
    this.#waitMs = Math.min(
      Math.max(FIRST_WAIT_MS, 2 * this.#waitMs),
      LONGEST_WAIT_MS,
    );
    this.#notBeforeMs = this.#now() + this.#waitMs;
    if (!isNews) return;
    onError?.(
      new Error(
        `Cannot rotate the log file "${path}": ${
          text(cause)
        }. It grows past its size, and rotating it is tried again.`,
        { cause },
      ),
    );
  }
}

/** Moves old files on, as far as there is none, so that trying again loses none. */
async function rotate({ path, keep }: RotatingFileOptions): Promise<void> {
  if (keep === 0) return await Deno.truncate(path);
  let free = 1;
  while (free < keep && await isThere(numbered(path, free))) free++;
  for (let age = free; age > 0; age--) {
    await renameIfThere(numbered(path, age - 1), numbered(path, age));
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function openForAppend(path: string): Promise<Deno.FsFile> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await Deno.open(path, { append: true, create: true, mode: 0o600 });
}

async function lastByte(
  path: string,
  size: number,
): Promise<number | undefined> {
  using file = await Deno.open(path, { read: true });
  await file.seek(size - 1, Deno.SeekMode.Start);
  const byte = new Uint8Array(1);
  await file.read(byte);
  return byte[0];
}

function numbered(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    // Someone removed it.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Room may be made. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error &&
    "code" in error.cause && FULL_CODES.includes(error.cause.code);
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
