/**
 * Notices that files have changed, also where they are replaced whole or lie on a shared file
 * system: it looks at them now and then.
 */

/** How often it is looked, in ms. */
const LOOK_MS = 2000;

/** Watches files. */
export class FileWatch {
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  readonly #seen = new Map<string, string>();

  /**
   * @param paths The files; none of them need be there.
   * @param changed Called with the path of each that is another than before.
   * @param lookMs How often it is looked. Default: 2000.
   */
  constructor(
    paths: readonly string[],
    changed: (path: string) => void,
    lookMs: number = LOOK_MS,
  ) {
    if (paths.length === 0) return;
    for (const path of paths) this.#seen.set(path, sight(path));
    this.#timer = setInterval(() => this.#look(changed), lookMs);
    Deno.unrefTimer(this.#timer);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(changed: (path: string) => void): void {
    for (const [path, before] of this.#seen) {
      const now = sight(path);
      if (now === before) continue;
      this.#seen.set(path, now);
      changed(path);
    }
  }
}

/** What a file looks like from outside; "" when it is not there. */
function sight(path: string): string {
  try {
    const { ino, size, mtime } = Deno.statSync(path);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch {
    return "";
  }
}
