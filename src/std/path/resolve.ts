/**
 * The absolute form of a path. Looks at the text and, where no part is
 * absolute, at the working directory.
 */

import * as nodePath from "node:path";

/**
 * Reads parts from right to left until they make an absolute path, from the
 * working directory if need be, and normalizes it without a trailing separator.
 *
 * @param pathSegments The parts; empty ones don't count.
 * @throws {TypeError} If a part that is read is no string.
 *
 * @example
 * ```ts
 * resolve("/srv", "rules", "../data"); // "/srv/data"
 * ```
 */
export function resolve(...pathSegments: string[]): string {
  return nodePath.resolve(...pathSegments);
}
