/**
 * Whether a path starts at a root. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";

/**
 * Says whether a path is absolute.
 *
 * @param path A path in this machine's form.
 * @throws {TypeError} If `path` is no string.
 *
 * @example
 * ```ts
 * isAbsolute("rules/10_ads.ts"); // false
 * ```
 */
export function isAbsolute(path: string): boolean {
  return nodePath.isAbsolute(path);
}
