/**
 * The data folder: private to its owner, and held by one proxy at a time through a lock
 * that the system lets go of when the process ends, however it ends.
 */

import { join } from "@std/path";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The folder, held. */
export interface DataFolder {
  /** Notes in the folder where this proxy can be found, for the next one that wants it. */
  sayWhere(address: string): void;
  /** Lets another proxy have it. */
  release(): void;
}

/**
 * Makes the folder where it is missing and takes it.
 *
 * @throws {Error} when another proxy has it, naming that one, or when it can't be written.
 */
export function holdDataFolder(path: string): DataFolder {
  const lockPath = join(path, "lock");
  let file: Deno.FsFile;
  try {
    Deno.mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
    file = Deno.openSync(lockPath, {
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
  if (!file.tryLockSync(true)) {
    file.close();
    const who = Deno.readTextFileSync(lockPath).trim();
    throw new Error(
      `Cannot use the data folder "${path}": another proxy has it (${who}). Stop that one, or choose another folder with --data.`,
    );
  }
  const note = (text: string) => {
    file.truncateSync(0);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode(`${text}\n`));
  };
  // Until it is known where this proxy listens, nobody is sent to the one before it.
  note(`process ${Deno.pid}`);
  return {
    sayWhere: (address) => note(`process ${Deno.pid} at ${address}`),
    release: () => file.close(),
  };
}
