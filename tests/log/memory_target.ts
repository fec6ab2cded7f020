/** Targets in memory for tests of the log: one that takes, one that is held. */

import type { ByteTarget } from "../../src/log/byte_queue.ts";

/** Keeps what it takes as text; `take` decides how much of a write it takes. */
export class MemoryTarget implements ByteTarget {
  text = "";
  writes = 0;
  take: (bytes: Uint8Array) => number = (bytes) => bytes.length;

  // deno-lint-ignore require-await -- an error must be a rejection
  async write(bytes: Uint8Array): Promise<number> {
    return this.writeSync(bytes);
  }

  writeSync(bytes: Uint8Array): number {
    this.writes++;
    const taken = this.take(bytes);
    this.text += new TextDecoder().decode(bytes.subarray(0, taken));
    return taken;
  }
}

/**
 * Takes nothing until it is released, and reads the bytes only then, as the
 * system may: a buffer that was filled again meanwhile shows.
 */
export class HeldTarget extends MemoryTarget {
  readonly #released = Promise.withResolvers<void>();

  release(): void {
    this.#released.resolve();
  }

  override async write(bytes: Uint8Array): Promise<number> {
    await this.#released.promise;
    return this.writeSync(bytes);
  }
}

/** What a target throws when it has no room. */
export function full(): never {
  throw new Error("No space left on device");
}

/** What a target throws when nobody reads it any more. */
export function gone(): never {
  throw new Deno.errors.BrokenPipe("gone");
}
