/**
 * The data folder: private to its owner, and held by one process at a time through a lock
 * that the system lets go of when the process ends, however it ends. In the lock's file the
 * holder notes who it is and, for a proxy, where it can be reached.
 */

import { join } from "@std/path";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The folder, held. */
export interface DataFolder {
  /**
   * Notes in the folder where this proxy can be found, for the next one that wants it.
   *
   * @throws {Error} when that can't be written.
   */
  sayWhere(address: string): void;
  /** Lets another process have it. */
  release(): void;
}

/** Another process holds the folder. */
export class DataFolderHeld extends Error {
  override readonly name = "DataFolderHeld";
  /** What that process noted of itself: `process 7 at http://127.0.0.1:8080`. */
  readonly holder: string;

  constructor(path: string, holder: string) {
    const [who, what] = isCommand(holder)
      ? ["a command", "Wait until that has ended"]
      : ["another proxy", "Stop that one"];
    super(
      `Cannot use the data folder "${path}": ${who} has it (${holder}). ${what}, or choose another folder with --data.`,
    );
    this.holder = holder;
  }

  /** Where the proxy that has the folder listens; undefined before it does, and for a command. */
  get address(): string | undefined {
    return / at (https?:\/\/\S+)$/.exec(this.holder)?.[1];
  }
}

/**
 * Makes the folder where it is missing and takes it.
 *
 * @param command What has it, such as `sluice cache`; undefined for a proxy.
 * @throws {DataFolderHeld} when another process has it.
 * @throws {Error} when it can't be written, as on a full disk where it is new.
 */
export function holdDataFolder(path: string, command?: string): DataFolder {
  const lockPath = join(path, "lock");
  const file = openLock(path, lockPath);
  if (!file.tryLockSync(true)) {
    file.close();
    throw new DataFolderHeld(path, Deno.readTextFileSync(lockPath).trim());
  }
  const who = command === undefined ? "" : `${command}, `;
  const note = (text: string) => writeNote(file, lockPath, `${who}${text}\n`);
  try {
    // Until it is known where this proxy listens, nobody is sent to the one before it.
    note(`process ${Deno.pid}`);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    sayWhere: (address) => note(`process ${Deno.pid} at ${address}`),
    release: () => file.close(),
  };
}

function openLock(path: string, lockPath: string): Deno.FsFile {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
    return Deno.openSync(lockPath, {
      read: true,
      write: true,
      create: true,
      mode: FILE_MODE,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot use the data folder "${path}": ${why}. Choose another with --data.`,
      { cause: error },
    );
  }
}

/** Over what is there, and only then to its length: on a full disk the room that it has is all there is. */
function writeNote(file: Deno.FsFile, path: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(bytes);
    file.truncateSync(bytes.length);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot write "${path}": ${why}. Make room on its disk, or choose another data folder with --data.`,
      { cause: error },
    );
  }
}

function isCommand(holder: string): boolean {
  return holder.startsWith("sluice ");
}
