/**
 * The way from one path to another. Looks at the text and, for a path that is
 * not absolute, at the working directory.
 */

import * as nodePath from "node:path";

/**
 * Gives the path that leads from one path to another; `""` where both are the
 * same.
 *
 * @param from Where to start; taken as a folder.
 * @param to Where to arrive.
 * @throws {TypeError} If one of them is no string.
 *
 * @example
 * ```ts
 * relative("/srv/rules", "/srv/data/log"); // "../data/log"
 * ```
 */
export function relative(from: string, to: string): string {
  return nodePath.relative(from, to);
}
