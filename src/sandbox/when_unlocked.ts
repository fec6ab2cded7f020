/** Writing to a store whose file another process writes to as well, which locks it for moments. */

const FIRST_WAIT_MS = 2;
const MAX_WAIT_MS = 500;

/**
 * Does what a write does, and does it again while the store says that it is locked: for about a
 * second, at growing intervals.
 *
 * @throws {Error} what the write throws, at last also for the lock.
 */
export async function whenUnlocked<T>(write: () => Promise<T>): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS;; waitMs *= 2) {
    try {
      return await write();
    } catch (error) {
      // The runtime's store gives SQLite's words, and no code.
      const isLocked = error instanceof Error &&
        error.message.includes("database is locked");
      if (!isLocked || waitMs > MAX_WAIT_MS) throw error;
    }
    const jitteredMs = waitMs * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, jitteredMs));
  }
}
