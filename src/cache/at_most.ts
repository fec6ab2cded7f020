/** Waiting for what may never come: a store behind a disk that hangs, or a file that is locked. */

/** True once a promise is fulfilled; false when that takes longer. Rejects when it does before. */
export async function atMost(
  ms: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), over]);
  } finally {
    clearTimeout(timer);
  }
}
