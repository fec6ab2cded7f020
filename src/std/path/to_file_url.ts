/**
 * The file URL that names a path. Unlike node:url it takes absolute paths only
 * and leaves doubled separators as they are.
 */

import { SEPARATOR } from "./constants.ts";
import { posixFileUrl, windowsFileUrl } from "./file_url.ts";
import { isAbsolute } from "./is_absolute.ts";

/**
 * Gives the URL of a path; whatever has a meaning in a URL is escaped.
 *
 * @param path An absolute path in this machine's form.
 * @throws {TypeError} If the path is not absolute, or names a host that a URL
 * can't have.
 *
 * @example
 * ```ts
 * toFileUrl("/srv/my rules").href; // "file:///srv/my%20rules"
 * ```
 */
export function toFileUrl(path: string): URL {
  if (!isAbsolute(path)) {
    throw new TypeError(`Path must be absolute: received "${path}"`);
  }
  return SEPARATOR === "\\" ? windowsFileUrl(path) : posixFileUrl(path);
}
