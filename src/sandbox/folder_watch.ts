/**
 * Notices changes below folders, and says so once things have been quiet for a moment.
 * The system tells of most at once. Of some it does not tell: on shared file systems,
 * and below a folder that was missing or was put back; so it is also looked, now and then.
 */

import { join, resolve } from "@std/path";
import { canMatter } from "./rule_folder.ts";

/** Options of {@link FolderWatch}. */
export interface FolderWatchOptions {
  /** How long it has to be quiet, in ms. Default: 40. */
  quietMs?: number;
  /** How long changes may go on before one is said all the same, in ms. Default: 500. */
  patienceMs?: number;
  /** How often it is looked for what the system did not tell, in ms. Default: 1000. */
  lookMs?: number;
}

/** Watches one folder and, beside it, other paths. */
export class FolderWatch {
  readonly #folder: string;
  readonly #changed: () => void;
  readonly #quietMs: number;
  readonly #patienceMs: number;
  readonly #lookTimer: ReturnType<typeof setInterval>;
  #others: readonly string[] = [];
  #watcher: Deno.FsWatcher | undefined;
  #files: readonly string[] = [];
  #seen: string;
  #wasThere: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstMs: number | undefined;
  #done: Promise<void> = Promise.resolve();

  /** @param changed Called after changes. */
  constructor(
    folder: string,
    changed: () => void,
    { quietMs = 40, patienceMs = 500, lookMs = 1_000 }: FolderWatchOptions = {},
  ) {
    this.#folder = resolve(folder);
    this.#changed = changed;
    this.#quietMs = quietMs;
    this.#patienceMs = patienceMs;
    this.#lookTimer = setInterval(() => this.#look(), lookMs);
    Deno.unrefTimer(this.#lookTimer);
    this.#seen = this.#sight();
    this.#wasThere = isThere(this.#folder);
    this.#watch();
  }

  /**
   * Watches these too, instead of those before.
   *
   * @param files Looked at, wherever they are.
   * @param folders Watched, beside the first.
   */
  alsoWatch(files: readonly string[], folders: readonly string[]): void {
    this.#files = files;
    this.#seen = this.#sight();
    if (String(folders) === String(this.#others)) return;
    this.#others = folders;
    this.#watch();
  }

  /** Stops. */
  async close(): Promise<void> {
    clearInterval(this.#lookTimer);
    clearTimeout(this.#timer);
    this.#stop();
    await this.#done;
  }

  #look(): void {
    const wasThere = this.#wasThere;
    this.#wasThere = isThere(this.#folder);
    if (this.#wasThere !== wasThere) this.#watch();
    const seen = this.#sight();
    const isSame = seen === this.#seen && this.#wasThere === wasThere;
    this.#seen = seen;
    if (!isSame) this.#note();
  }

  /** What changes with the files, as far as a look tells. */
  #sight(): string {
    const names = namesIn(this.#folder).filter(canMatter).sort();
    const paths = names.map((name) => join(this.#folder, name));
    return [...paths, ...this.#files].map(sightOf).join("\n");
  }

  #watch(): void {
    this.#stop();
    const paths = [this.#folder, ...this.#others].filter(isThere);
    if (paths.length === 0) return;
    this.#watcher = Deno.watchFs(paths);
    this.#done = this.#follow(this.#watcher);
  }

  async #follow(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind, paths } of watcher) {
      if (kind !== "access" && paths.some(canMatter)) this.#note();
    }
  }

  #stop(): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.close();
  }

  #note(): void {
    const now = performance.now();
    this.#firstMs ??= now;
    const restMs = this.#firstMs + this.#patienceMs - now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#firstMs = undefined;
      this.#changed();
    }, Math.max(0, Math.min(this.#quietMs, restMs)));
  }
}

function isThere(path: string): boolean {
  return sightOf(path) !== "";
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** `""` where nothing is. */
function sightOf(path: string): string {
  try {
    const { ino, size, mtime, isDirectory } = Deno.statSync(path);
    return isDirectory
      ? `${path} is there`
      : `${path} ${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}
