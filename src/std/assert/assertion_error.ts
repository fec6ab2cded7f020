/**
 * The error of a claim that does not hold. Test runners know it by its name.
 */

/**
 * What every assertion of this package throws.
 *
 * @example
 * ```ts
 * throw new AssertionError("Expected the queue to be empty.");
 * ```
 */
export class AssertionError extends Error {
  /** @param message What was claimed and what was found. */
  constructor(message: string) {
    super(message);
    this.name = "AssertionError";
  }
}
